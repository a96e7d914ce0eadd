/** What every journal must do, run against the real one and the fake. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Event, EventBody } from '../../src/core/event.ts';
import { commit, type Plan, runId, taskId } from '../../src/core/plan.ts';
import { defaultScheduling } from '../../src/core/settings.ts';
import type { Journal } from '../../src/ports/journal.ts';

/** One journal's place: what is appended through one opened journal is found by the next one. */
export interface JournalPlace {
  open(): Journal;
  /** Opens it so that the next append fails as on a full disk. */
  openFull(): Journal;
  dispose(): void;
}

const plan: Plan = { name: 'Shop', source: 'plan.yaml', format: 'native', tasks: [], pools: {} };
const created: EventBody = {
  type: 'run-created',
  run: runId('20261121-0831-k3f9x'),
  plan,
  settings: {
    target: 'tutti/20261121-0831-k3f9x',
    base: commit('a'.repeat(40)),
    ...defaultScheduling,
    slots: 7,
    retries: 3,
    gate: [],
    agent: 'scripted',
    branchTemplate: 'feat/{id}-{slug}',
    timeoutMs: 7_200_000,
    stallMs: 600_000,
    cwd: '.',
    land: false,
  },
  branches: [],
  estimates: [],
};

/** An event that any journal takes; texts include what a naive store would spoil. */
export function sampleEvent(seq: number): Event {
  const hostile = `"quoted", 'single', ünïcode 🎼, NUL \u0000, line\nbreak, lone \ud800 half`.toWellFormed();
  const body: EventBody =
    seq === 1
      ? created
      : {
          type: 'attempt-cancelling',
          task: taskId(`T-${seq}`),
          attempt: `T-${seq}.1` as never,
          because: hostile,
        };
  return { ...body, seq, at: 1_800_000_000_000 + seq };
}

export const sampleEvents = (from: number, to: number): readonly Event[] =>
  Array.from({ length: to - from + 1 }, (_, index) => sampleEvent(from + index));

export function journalContract(name: string, makePlace: () => JournalPlace): void {
  describe(`${name} as a journal`, () => {
    let place: JournalPlace | undefined;
    const newPlace = (): JournalPlace => {
      place = makePlace();
      return place;
    };
    afterEach(() => place?.dispose());

    it('is empty at first', () => {
      const journal = newPlace().open();
      expect({ events: [...journal.read(0)], snapshot: journal.loadSnapshot() }).toEqual({
        events: [],
        snapshot: undefined,
      });
    });

    it('gives back exactly what was appended, after reopening too', () => {
      const at = newPlace();
      const first = at.open();
      first.append(sampleEvents(1, 3));
      first.append(sampleEvents(4, 4));
      first.close();
      const second = at.open();
      second.append(sampleEvents(5, 5));
      expect([...second.read(0)]).toEqual(sampleEvents(1, 5));
    });

    it('reads what follows a position, across any chunk border', () => {
      const journal = newPlace().open();
      journal.append(sampleEvents(1, 1203));
      expect([...journal.read(0)]).toEqual(sampleEvents(1, 1203));
      expect([...journal.read(702)]).toEqual(sampleEvents(703, 1203));
      expect([...journal.read(1203)]).toEqual([]);
    });

    it('can be left in the middle of reading', () => {
      const journal = newPlace().open();
      journal.append(sampleEvents(1, 10));
      for (const event of journal.read(0)) if (event.seq === 3) break;
      journal.append(sampleEvents(11, 11));
      expect([...journal.read(9)]).toEqual(sampleEvents(10, 11));
    });

    it.each([[[2]], [[1, 3]], [[1, 1]], [[0]]])(
      'refuses %j as the first events and keeps nothing of them',
      (seqs) => {
        const journal = newPlace().open();
        expect(() => journal.append(seqs.map(sampleEvent))).toThrow(/instead of/);
        expect([...journal.read(0)]).toEqual([]);
      },
    );

    it('refuses a number it has already', () => {
      const journal = newPlace().open();
      journal.append(sampleEvents(1, 2));
      expect(() => journal.append([sampleEvent(2)])).toThrow('has seq 2 instead of 3');
    });

    it('keeps nothing of a group that cannot be written, and says so as a fault', () => {
      const at = newPlace();
      const before = at.open();
      before.append(sampleEvents(1, 2));
      before.close();
      const full = at.openFull();
      expect(() => full.append(sampleEvents(3, 400))).toThrow(
        expect.objectContaining({ name: 'Fault', code: 'journal-unwritable' }),
      );
      expect([...full.read(0)]).toEqual(sampleEvents(1, 2));
      full.close();
      const after = at.open();
      after.append(sampleEvents(3, 4));
      expect([...after.read(0)]).toEqual(sampleEvents(1, 4));
    });

    it('keeps the newest snapshot only', () => {
      const at = newPlace();
      const journal = at.open();
      journal.append(sampleEvents(1, 5));
      journal.saveSnapshot({ seq: 2, text: 'older' });
      journal.saveSnapshot({ seq: 5, text: 'newer' });
      journal.close();
      expect(at.open().loadSnapshot()).toEqual({ seq: 5, text: 'newer' });
    });

    it('cannot be used once closed', () => {
      const journal = newPlace().open();
      journal.close();
      expect(() => journal.append(sampleEvents(1, 1))).toThrow('closed');
    });
  });
}
