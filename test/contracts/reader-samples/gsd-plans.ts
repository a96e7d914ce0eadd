/** A small GSD project: two phases with plan files, one of them finished, and the roadmap that orders the phases. */
import { gsdPlansReader } from '../../../src/readers/gsd-plans.ts';
import type { ReaderSample } from '../reader-sample.ts';

const prices = '.planning/phases/02-prices/02-01-PLAN.md';
const checkout = '.planning/phases/02-prices/02-02-PLAN.md';

const files = {
  '.planning/ROADMAP.md': `# Roadmap

### Phase 1: Cart
**Depends on**: Nothing

### Phase 2: Prices
**Depends on**: Phase 1
`,
  '.planning/phases/01-cart/01-01-PLAN.md': `---
phase: 01-cart
plan: 01
wave: 1
depends_on: []
files_modified: [src/cart.ts]
autonomous: true
---

<objective>A cart.</objective>
`,
  [prices]: `---
phase: 02-prices
plan: 01
wave: 1
depends_on: ["01-01"]
files_modified:
  - src/prices.ts
autonomous: false
---

Move the prices.
`,
  [checkout]: `---
phase: 02-prices
plan: 02
wave: 2
depends_on:
  - "02-01"
files_modified: []
autonomous: true
---

Build a checkout.
`,
};

export const sample: ReaderSample = {
  reader: gsdPlansReader,
  files,
  source: '.planning',
  main: prices,
  graph: ['01-01:', '02-01: 01-01', '02-02: 02-01'],
  mistakes: {
    files: {
      ...files,
      [prices]: files[prices].replace('01-01', '01-07'),
      [checkout]: files[checkout].replace('02-01', '02-09').replace('wave: 2', 'wave: 1'),
    },
    told: [`unknown-dependency ${prices}:5`, `unknown-dependency ${checkout}:6`],
  },
};
