/** The plan of the demo: 45 tasks in waves of 31, 9, 2 and 3, as the task files of a repository. How they go is in `demo-recipe`. */

export interface DemoTask {
  readonly id: string;
  readonly title: string;
  /** The title as part of paths and commit subjects. */
  readonly slug: string;
  readonly module: string;
  readonly priority: string;
  /** What the plan estimates; the demo lets each hour pass in a fraction of a second. */
  readonly hours: number;
  readonly dependency: string | undefined;
}

/** Where the task files lie in the repository. */
export const PLAN_FOLDER = 'docs/implementation-plan';

// id, title, module, priority, hours, dependency
const table = `
T-001 | GraphQL Subscriptions  | graphql       | High   | 11 |
T-002 | Contract Testing       | codegen       | High   | 10 |
T-003 | Kubernetes Manifests   | gateway       | High   | 12 |
T-004 | Two-Factor Auth        | security      | High   | 16 |
T-005 | Multi-Database Support | core          | High   | 14 |
T-006 | Dashboard Generation   | codegen       | High   | 14 |
T-007 | WebSocket API          | core          | High   |  9 |
T-008 | Event Sourcing         | core          | Medium | 15 |
T-009 | Contract Broker        | codegen       | High   | 12 | T-002
T-010 | Helm Charts            | gateway       | High   | 16 | T-003
T-011 | Rate Limiting          | gateway       | Low    | 21 |
T-012 | Audit Log              | security      | Medium | 10 |
T-013 | Bulk Operations        | core          | High   | 11 |
T-014 | Response Caching       | core          | Medium | 19 |
T-015 | Event Replay           | core          | Medium | 12 | T-008
T-016 | Contract Versioning    | codegen       | High   | 16 | T-009
T-017 | Service Mesh           | gateway       | Medium | 20 | T-010
T-018 | Passkeys               | security      | Medium | 10 | T-004
T-019 | OpenTelemetry Traces   | observability | High   | 19 |
T-020 | Metrics Exporter       | observability | High   | 13 |
T-021 | Health Probes          | observability | High   | 10 |
T-022 | Presence Channel       | core          | Medium | 11 | T-007
T-023 | CSV Export             | core          | Low    | 17 |
T-024 | Cursor Pagination      | core          | Low    | 17 |
T-025 | Field Filtering        | core          | Medium | 11 |
T-026 | Soft Delete            | core          | Low    | 14 |
T-027 | Contract Diff Report   | codegen       | Low    | 11 | T-016
T-028 | Traffic Mirroring      | gateway       | Medium | 19 | T-017
T-029 | Canary Releases        | gateway       | Medium | 17 | T-017
T-030 | HATEOAS Links          | core          | Medium | 10 |
T-031 | API Deprecation        | gateway       | Medium | 20 |
T-032 | Session Revocation     | security      | Medium | 12 | T-004
T-033 | Read Replicas          | core          | High   | 14 | T-005
T-034 | Webhook Delivery       | events        | Medium | 21 |
T-035 | Email Templates        | events        | Low    | 21 |
T-036 | File Uploads           | core          | Medium | 20 |
T-037 | Dashboard Widgets      | codegen       | Low    | 10 | T-006
T-038 | Localisation           | core          | Medium | 20 |
T-039 | Feature Flags          | core          | High   | 20 |
T-040 | Python Client          | clients       | High   | 16 |
T-041 | TypeScript Client      | clients       | Low    | 10 |
T-042 | Kotlin Client          | clients       | Medium | 14 |
T-043 | Audit Search           | security      | Medium | 10 | T-012
T-044 | Schema Registry        | events        | Medium | 19 |
T-045 | Documentation Site     | docs          | Low    | 19 |
`;

export const demoTasks: readonly DemoTask[] = table.trim().split('\n').map(readRow);

function readRow(row: string): DemoTask {
  const [id = '', title = '', module = '', priority = '', hours = '', dependency = ''] = row
    .split('|')
    .map((cell) => cell.trim());
  return {
    id,
    title,
    slug: title.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
    module,
    priority,
    hours: Number(hours),
    dependency: dependency === '' ? undefined : dependency,
  };
}

/** The folder that a task has to itself. */
export const folderOf = ({ module, slug }: DemoTask): string => `modules/${module}/${slug}`;

/** The task files by their paths in the repository. */
export function planFiles(): Record<string, string> {
  return Object.fromEntries(
    demoTasks.map((task) => [`${PLAN_FOLDER}/${task.id}-${task.slug}.md`, taskFile(task)]),
  );
}

function taskFile(task: DemoTask): string {
  const { id, title, slug, module, priority, hours, dependency } = task;
  const build = [`feat(${slug}): add the model`, ...(hours > 15 ? [`feat(${slug}): handle bad input`] : [])];
  return `# ${id}: ${title}

**Module**: ${module}
**Priority**: ${priority}
**Dependencies**: ${dependency ?? 'None'}
**Estimate**: ${hours}h

## Goal

${title} for the module ${module}, so that \`sh check.sh\` passes.

## Files

- \`${folderOf(task)}/**\`

## Commit plan

### Build

${build.map((subject) => `- [ ] \`${subject}\``).join('\n')}

### Verify

- [ ] \`test(${slug}): cover the model\`
`;
}
