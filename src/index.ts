/** What programs may build on: reading and analysing plans, and the shapes of what tutti prints. The engine is no library yet. */
export { type AnalyseOptions, type Analysis, analyse } from './core/analysis/analyse.ts';
export { diagnose } from './core/analysis/diagnose.ts';
export type { Counts, Event, EventBody, RunOutcome, TaskStatus } from './core/event.ts';
export type { Failure, FailureReason } from './core/failure.ts';
export type { Estimate, GateStep, Location, OutlinePhase, Plan, Task } from './core/plan.ts';
export { type Problem, type ProblemCode, ProblemError } from './core/problem.ts';
export type { RunSettings } from './core/settings.ts';
export { formats, readPlan } from './readers/detect.ts';
export type { ReadOptions, ReadResult } from './readers/reader.ts';
export type { EtaView, RunView, TaskView } from './view/run-view.ts';
export type { SlotView } from './view/slot-view.ts';
export type { WaveView } from './view/wave-view.ts';
