/** What the dashboard shows of a run that another process works on, and how it is told what the person wants. */
import { type LatestProgress, latestProgress } from '../../core/attempt-progress.ts';
import type { Event } from '../../core/event.ts';
import type { RunMirror } from '../../engine/mirror.ts';
import type { Journal } from '../../ports/journal.ts';
import { type DashboardSource, MOST_NEWS, type ReadPage } from '../../tui/dashboard-model.ts';
import { graphRows } from '../../tui/graph-rows.ts';
import type { Row } from '../../tui/row.ts';
import { timelineRows } from '../../tui/timeline-rows.ts';
import { describeEvent } from '../../view/event-text.ts';
import { readHistory } from '../../view/run-history.ts';
import { type RunView, runView } from '../../view/run-view.ts';
import { standingView } from '../../view/standing-view.ts';
import { latestStory } from '../../view/task-story.ts';
import { createLiveForecast } from '../live-forecast.ts';
import { tooManySlots } from '../slots-limit.ts';
import type { Terminal } from '../terminal.ts';
import { runTyped } from './command-line.ts';
import { type PageSources, readTaskPage } from './read-page.ts';

export interface OpenedSource extends DashboardSource {
  close(): void;
}

/** The journal may have more already: that is still to be told. */
function* seenBy({ state }: RunMirror, journal: Journal): Generator<Event> {
  const { seq } = state.record;
  for (const event of journal.read(0)) {
    if (event.seq > seq) return;
    yield event;
  }
}

/** Shortest time between two forecasts. */
const FORECAST_REST_MS = 1_000;

export function dashboardSource(
  mirror: RunMirror,
  { home, journal }: Pick<PageSources, 'home' | 'journal'>,
  terminal: Terminal,
): OpenedSource {
  const { state } = mirror;
  const forecast = createLiveForecast(state, { now: () => home.clock.now(), restMs: FORECAST_REST_MS });
  const progress: LatestProgress = latestProgress();
  const stopWatching = mirror.watch((news) => {
    progress.see(news);
    if (news.type !== 'attempt-progress') forecast.see(news);
  });
  const viewAt = (now: number): RunView =>
    mirror.isLive ? runView(state, now, { forecast: forecast.at(now), progress }) : standingView(state);
  const sources = { home, state, journal };
  return {
    viewAt,
    watch: mirror.watch,
    before: latestStory(seenBy(mirror, journal), MOST_NEWS),
    describe: (event) => describeEvent(event, state),
    async submit(request) {
      const tooMany =
        request.type === 'slots-requested' && tooManySlots(request.slots, home.config.maxParallel);
      return tooMany ? { accepted: false, problem: tooMany } : mirror.submit(request);
    },
    async read(page: ReadPage, width: number): Promise<readonly Row[]> {
      switch (page.name) {
        case 'task':
          return readTaskPage(sources, page.task, page.tab, width);
        case 'graph':
          return graphRows(viewAt(home.clock.now()), state.plan, page.selected, width);
        case 'timeline':
          return timelineRows(readHistory(journal.read(0)).timeline.at(home.clock.now()), width);
      }
    },
    async command(text) {
      // Without a task it is about the engine that runs; the command itself would begin another one.
      if (/^resume\s*$/.test(text)) {
        const answer = await mirror.submit({ type: 'resume-requested' });
        if (!answer.accepted) return [`${answer.problem.message} ${answer.problem.fix}`];
        return [mirror.isLive ? 'going on' : answer.message];
      }
      // It would put an engine on the run that ends with this screen.
      if (!mirror.isLive && /^resume\s/.test(text))
        return ['No engine is at work here: leave with q, then say it to the shell.'];
      return runTyped(text, state.run, terminal);
    },
    close() {
      stopWatching();
      forecast.close();
    },
  };
}
