/** A small GSD roadmap. */
import { gsdRoadmapReader } from '../../../src/readers/gsd-roadmap.ts';
import type { ReaderSample } from '../reader-sample.ts';

const roadmap = `# Roadmap: The shop

## Phases

- [x] **Phase 1: Cart** - What is bought
- [ ] **Phase 2: Prices**
- [ ] **Phase 2.1: Taxes** (INSERTED)
- [ ] **Phase 3: Checkout**

## Phase Details

### Phase 1: Cart
**Goal**: A cart
**Depends on**: Nothing (first phase)

### Phase 2: Prices
**Goal**: Prices in cents
**Depends on**: Phase 1

### Phase 2.1: Taxes
**Depends on**: Phase 2 (v1.2)

### Phase 3: Checkout
**Depends on:** Phases 1-2 and Phase 2.1

## Progress

| Phase | Plans | Status |
| --- | --- | --- |
| 1. Cart | 2/2 | Complete |
| 2. Prices | 0/1 | Not started |
`;

export const sample: ReaderSample = {
  reader: gsdRoadmapReader,
  files: { '.planning/ROADMAP.md': roadmap },
  source: '.planning/ROADMAP.md',
  main: '.planning/ROADMAP.md',
  graph: ['1:', '2: 1', '2.1: 2', '3: 1, 2, 2.1'],
  mistakes: {
    files: {
      '.planning/ROADMAP.md': roadmap
        .replace('on**: Phase 1\n', 'on**: Phase 8\n')
        .replace('on**: Phase 2 (v1.2)', 'on**: Phase 9'),
    },
    told: ['unknown-dependency .planning/ROADMAP.md:18', 'unknown-dependency .planning/ROADMAP.md:21'],
  },
};
