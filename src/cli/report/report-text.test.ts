import { describe, expect, it } from 'vitest';
import { afterPause, reportAfter, untilPause } from '../../../test/rig/report-story.ts';
import { type Task, taskId } from '../../core/plan.ts';
import { compareReports } from '../../view/compare-reports.ts';
import type { Report } from '../../view/report.ts';
import { noColours } from '../palette.ts';
import { comparisonText, reportText } from './report-text.ts';

const look = { palette: noColours, columns: () => 80 };
const whole = reportAfter([...untilPause, ...afterPause]);

describe('a report in a terminal', () => {
  it('says all of it at 80 columns', () => {
    expect(reportText(whole, look)).toBe(
      `test: ended with tasks not done
run r1 onto tutti/r1, 1970-01-01 00:00:00 UTC to 00:02:01

Tasks        4: 3 done, 1 needs-attention
Time         2m01s, of it 52s at work (paused for 1m09s)
Slots        2 slots, 1.4 busy on average, 69 % used
Speed-up     1.4 × over one attempt after the other, which takes 1m12s
Lower bound  50s for the same attempts (the longest chain of tasks); the run
             took 1.04 × as long
First try    2 of 4 tasks (50 %), 1 after another session (25 %), 1 failed and
             not done (25 %)
Work         6 attempts, 3 commits in 3 merges, 1,012 lines added and 21 removed
             in 6 files
Pace         208 commits an hour, 4,985 tasks a day
Tokens       1.2k ($0.75), 500 more read from caches; tutti itself used 0
Gate         the gate has never passed "lint" on the target. Mend it and run it
             on the result yourself.

Needs a person
  D needs-attention: The gate step "test" ended with code 1.
    what was printed: tutti logs D
    mend it in /w/it's, then: tutti resolve D
    or let an agent try again: tutti retry D

Timeline
         0             10s          20s           30s           40s          50s
slot 1   │A─────────═══  │B───────────────         │D××××××××××××│D××××××××××××
slot 2   │C×××××××××××××××××××××××××┃C━━━━━━━━━━━━ ┆
done                     1                 1       1
         ─ agent   ━ on the longest chain   ═ gate   × failed
         ┆ paused for 1m09s

Modules
Module        Tasks  Done  Attempts  Work  Commits  Tokens   Cost       Lines
shop              2     2         2   22s        2    1.1k  $0.50      +12 −1
in no module      2     1         4   50s        1      50  $0.25  +1,000 −20

Tasks
Task  State            Attempts  Work  Tokens       Lines  Title
A     done                    1   10s    1.1k       +5 −1  Do A
B     done                    1   12s       –       +7 −0  Do B
C     done                    2   30s       –  +1,000 −20
D     needs-attention         2   20s      50           –

Next
  look:   git log --graph --oneline tutti/r1
  take:   tutti land r1   (fast-forwards your branch)
  tidy:   tutti clean   (worktrees and branches whose work has landed)`,
    );
  });

  it('says of a run what it came to so far', () => {
    const headOf = (report: Report): string => reportText(report, look).split('\n')[0] ?? '';
    expect([
      headOf(reportAfter(untilPause)),
      headOf(reportAfter(untilPause.slice(0, -1), { now: 40_000 })),
      headOf(reportAfter(untilPause.slice(0, 5), { now: 9_000 })),
      headOf(reportAfter(untilPause.slice(0, 5))),
    ]).toEqual([
      'test: paused: paused by request',
      'test: pausing: paused by request',
      'test: still running',
      'test: its engine is gone; this is what it has recorded',
    ]);
    expect(reportText(reportAfter([]), look)).toMatch(/^Tasks +4: 2 ready, 2 waiting\nTime +0\.0s\nTokens/m);
  });

  it('leaves what does not fit out of tables and not out of sight', () => {
    const tasks = Array.from({ length: 70 }, (_, index) => ({
      ...(whole.tasks[3] as Report['tasks'][number]),
      id: taskId(`a-long-name-of-a-task-${index}`),
      title: 'A title that goes on and on and on and on, as titles do',
    }));
    const lines = reportText({ ...whole, tasks }, look).split('\n');
    expect(lines).toContain('Task                  State            Attempts  Work  Tokens  Title');
    expect(lines).toContain(
      'a-long-name-of-a-ta…  needs-attention         2   20s      50  A title that goe…',
    );
    expect(lines).toContain('… and 10 more: `--format html` and `--json` have all');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('gives a terminal nothing to act on', () => {
    const bad = '\u001b[31mred\u0007\n\u202e';
    const nasty = (task: Task): Task => ({ ...task, title: `${bad}${task.title}`, module: bad });
    const plan = { ...whole.plan, name: bad, tasks: [], pools: {} };
    const report = {
      ...whole,
      plan,
      attention: whole.attention.map((one) => ({ ...one, why: bad, title: bad })),
    };
    const tasks = report.tasks.map((task) => ({ ...task, title: nasty(task as never).title, module: bad }));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
    expect(reportText({ ...report, tasks }, look)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/);
  });
});

describe('two reports in a terminal', () => {
  it('stand side by side with the sign of their difference', () => {
    const first = { ...reportAfter(untilPause), run: 'r2' };
    expect(comparisonText(compareReports(first, whole), look)).toMatch(
      /^test, side by side\n\nSide by side\n +r2 +r1 +Difference\nTasks done +3 +3 +0\nNeed a person +0 +1 +−1\nElapsed +31s +2m01s +−1m30s\n/,
    );
    expect(comparisonText(compareReports(first, whole), look).split('\n').slice(-5)).toEqual([
      'Tasks that differ most',
      'Task  First  Second  Difference  Attempts  Title',
      'D        0s     20s        −20s     0 : 2',
      '',
      'Differences are r2 less r1.',
    ]);
  });
});
