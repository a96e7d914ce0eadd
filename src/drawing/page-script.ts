/**
 * The script of the page, as text: it goes into the page as it is, behind a policy that allows this text and no other.
 * It reads the page's data, moves the focus, shows details and searches; it never makes markup out of text.
 */

export const pageScript = `'use strict';
const data = JSON.parse(document.getElementById('data').textContent);
const find = (id) => document.getElementById(id);
const graph = find('graph'), svg = graph.querySelector('svg'), details = find('details');
const boxes = new Map(), lines = [];
for (const box of svg.querySelectorAll('[data-task]')) boxes.set(Number(box.dataset.task), box);
for (const line of svg.querySelectorAll('[data-line]')) {
  const [from, to] = line.dataset.line.split(' ').map(Number);
  lines.push({ line, from, to });
}
const before = data.tasks.map(() => []), after = data.tasks.map(() => []);
for (const { from, to } of lines) { before[to].push(from); after[from].push(to); }
for (const numbers of [...before, ...after]) numbers.sort((a, b) => a - b);
let current = -1, picked = -1;

const make = (name, text, parent) => {
  const element = document.createElement(name);
  element.textContent = text;
  parent.append(element);
  return element;
};
const reach = (start, next) => {
  const seen = new Set([start]);
  for (const at of seen) for (const other of next[at]) seen.add(other);
  return seen;
};
function highlight(number) {
  svg.classList.toggle('has-focus', number >= 0);
  const above = number < 0 ? new Set() : reach(number, before), below = number < 0 ? new Set() : reach(number, after);
  for (const [other, box] of boxes) {
    box.classList.toggle('is-related', above.has(other) || below.has(other));
    box.classList.toggle('is-current', other === number);
  }
  for (const { line, from, to } of lines) {
    line.classList.toggle('is-related', (above.has(from) && above.has(to)) || (below.has(from) && below.has(to)));
    line.classList.toggle('is-near', from === number || to === number);
  }
}
function link(number, parent) {
  const button = make('button', data.tasks[number].id, make('li', '', parent));
  button.type = 'button';
  button.title = data.tasks[number].title;
  button.addEventListener('click', () => focusOn(number));
}
function list(heading, numbers, parent) {
  if (numbers.length === 0) return;
  make('h3', heading + ' (' + numbers.length + ')', parent);
  const items = make('ul', '', parent);
  items.className = 'links';
  for (const number of numbers.slice(0, 60)) link(number, items);
  if (numbers.length > 60) make('li', 'and ' + (numbers.length - 60) + ' more', items);
}
function show(number) {
  if (number === current) return;
  current = number;
  details.replaceChildren();
  highlight(number);
  if (number < 0) { make('p', data.hint, details).className = 'dim'; return; }
  const task = data.tasks[number];
  make('h2', task.id, details).dir = 'auto';
  if (task.title !== task.id) { const title = make('p', task.title, details); title.className = 'title'; title.dir = 'auto'; }
  const facts = make('dl', '', details);
  for (const [name, value] of task.facts) { make('dt', name, facts); make('dd', value, facts); }
  for (const { severity, code, message, fix } of task.problems) {
    const problem = make('p', '', details);
    problem.className = 'problem ' + severity;
    make('strong', code, problem);
    make('span', message, problem);
    make('em', fix, problem);
  }
  list('Waits for', before[number], details);
  list('Waited for by', after[number], details);
}
function pick(number) {
  const old = boxes.get(picked), box = boxes.get(number);
  if (old) old.setAttribute('tabindex', '-1');
  picked = number;
  if (box) box.setAttribute('tabindex', '0');
}
function focusOn(number) {
  const box = boxes.get(number);
  if (!box) return;
  pick(number);
  box.focus({ preventScroll: true });
  box.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  show(number);
}
const place = (number) => { const { x, y } = data.places[number]; return { x, y }; };
function neighbour(number, key) {
  if (key === 'Home') return 0;
  if (key === 'End') return data.tasks.length - 1;
  const here = place(number);
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    const known = key === 'ArrowLeft' ? before[number] : after[number];
    const near = known.length > 0 ? known : [...boxes.keys()].filter((other) => key === 'ArrowLeft' ? place(other).x < here.x : place(other).x > here.x);
    const far = (other) => Math.abs(place(other).y - here.y) + (known.length > 0 ? 0 : 3 * Math.abs(place(other).x - here.x));
    return near.reduce((best, other) => best < 0 || far(other) < far(best) ? other : best, -1);
  }
  const down = key === 'ArrowDown';
  let best = -1;
  for (const other of boxes.keys()) {
    const there = place(other);
    if (Math.abs(there.x - here.x) > data.reach || (down ? there.y <= here.y : there.y >= here.y)) continue;
    if (best < 0 || Math.abs(there.y - here.y) < Math.abs(place(best).y - here.y)) best = other;
  }
  return best;
}
const numberAt = (target) => {
  const box = target instanceof Element ? target.closest('[data-task]') : null;
  return box && svg.contains(box) ? Number(box.dataset.task) : -1;
};
// Not on the drawing: Chromium gives the focus to a drawing that listens for it.
graph.addEventListener('focusin', (event) => { const number = numberAt(event.target); if (number >= 0) { pick(number); show(number); } });
svg.addEventListener('pointerover', (event) => { const number = numberAt(event.target); if (number >= 0) show(number); });
svg.addEventListener('pointerleave', () => { show(svg.contains(document.activeElement) ? picked : -1); });
svg.addEventListener('click', (event) => { const number = numberAt(event.target); if (number >= 0) focusOn(number); });
svg.addEventListener('keydown', (event) => {
  const number = numberAt(event.target);
  if (number < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape') { document.activeElement.blur(); show(-1); return; }
  if (!/^(Arrow|Home|End)/.test(event.key)) return;
  event.preventDefault();
  const next = neighbour(number, event.key);
  if (next >= 0) focusOn(next);
});

const search = find('search'), found = find('found');
let matches = [], turn = -1;
const plain = (text) => text.toLowerCase();
function look() {
  const words = plain(search.value).split(/\\s+/).filter(Boolean);
  matches = words.length === 0 ? [] : data.tasks.flatMap((task, number) => words.every((word) => plain(task.id + ' ' + task.title).includes(word)) ? [number] : []);
  turn = -1;
  svg.classList.toggle('has-search', words.length > 0);
  const hits = new Set(matches);
  for (const [number, box] of boxes) box.classList.toggle('is-match', hits.has(number));
  for (const row of document.querySelectorAll('tr[data-row]')) row.hidden = words.length > 0 && !hits.has(Number(row.dataset.row));
  found.textContent = words.length === 0 ? '' : matches.length + (matches.length === 1 ? ' task' : ' tasks');
}
search.addEventListener('input', look);
search.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') { search.value = ''; look(); show(-1); }
  if (event.key !== 'Enter' || matches.length === 0) return;
  event.preventDefault();
  turn = (turn + (event.shiftKey ? matches.length - 1 : 1)) % matches.length;
  const number = matches[turn];
  show(number);
  boxes.get(number).scrollIntoView({ block: 'nearest', inline: 'center' });
  found.textContent = (turn + 1) + ' of ' + matches.length;
});
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  search.focus();
  search.select();
});
for (const button of document.querySelectorAll('button[data-go]')) button.addEventListener('click', () => focusOn(Number(button.dataset.go)));

let scale = 1;
function zoom(next) {
  const old = scale;
  scale = Math.min(2, Math.max(0.08, next));
  const middle = [graph.scrollLeft + graph.clientWidth / 2, graph.scrollTop + graph.clientHeight / 2];
  svg.style.width = data.width * scale + 'px';
  svg.style.height = data.height * scale + 'px';
  graph.scrollLeft = middle[0] * scale / old - graph.clientWidth / 2;
  graph.scrollTop = middle[1] * scale / old - graph.clientHeight / 2;
}
const fitting = () => Math.min(1, (graph.clientWidth - 2) / data.width, (graph.clientHeight - 2) / data.height);
find('larger').addEventListener('click', () => zoom(scale * 1.25));
find('smaller').addEventListener('click', () => zoom(scale / 1.25));
find('whole').addEventListener('click', () => zoom(fitting()));
graph.addEventListener('wheel', (event) => {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  zoom(scale * (event.deltaY < 0 ? 1.1 : 1 / 1.1));
}, { passive: false });
let drag = null;
graph.addEventListener('pointerdown', (event) => {
  if (event.pointerType !== 'mouse' || event.button !== 0 || numberAt(event.target) >= 0) return;
  drag = { x: event.clientX + graph.scrollLeft, y: event.clientY + graph.scrollTop };
});
addEventListener('pointermove', (event) => {
  if (!drag) return;
  graph.scrollLeft = drag.x - event.clientX;
  graph.scrollTop = drag.y - event.clientY;
});
addEventListener('pointerup', () => { drag = null; });

for (const box of boxes.values()) box.setAttribute('tabindex', '-1');
if (data.tasks.length > 0) pick(0);
document.documentElement.classList.add('has-script');
zoom(Math.max(0.85, Math.min(1, (graph.clientWidth - 2) / data.width)));
graph.scrollLeft = 0;
graph.scrollTop = 0;
current = 0;
show(-1);
`;

/** The SHA-256 of the script in base64, which the page's policy names; a test says what it must be. */
export const pageScriptHash = 'C7E/ODdbEsAW4in4kN9QP21/ixUEC1sqfi1ognlo8wo=';
