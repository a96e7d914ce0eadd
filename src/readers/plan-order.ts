/** Orders positions so that what comes first comes first, else as they stand: inferred chains then never contradict what is stated. */

/**
 * All of `0 … count - 1`, each after what `before` names for it, plan order otherwise. A circle is left as it stands:
 * the graph's own diagnosis tells of it.
 */
export function orderByDependencies(count: number, before: (position: number) => Iterable<number>): number[] {
  const order: number[] = [];
  const state = new Uint8Array(count);
  const [NEW, OPEN, PLACED] = [0, 1, 2];
  for (let start = 0; start < count; start++) {
    if (state[start] !== NEW) continue;
    // A stack of our own: chains may be longer than the call stack is deep.
    const stack = [{ position: start, rest: [...before(start)].reverse() }];
    state[start] = OPEN;
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.rest.pop();
      if (next === undefined) {
        order.push(top.position);
        state[top.position] = PLACED;
        stack.pop();
      } else if (state[next] === NEW) {
        state[next] = OPEN;
        stack.push({ position: next, rest: [...before(next)].reverse() });
      }
    }
  }
  return order;
}
