/** Which TCP ports belong to whom: a range for each slot, and another for each repository where there is room. Opens none. */

/** Below it are the ports of well-known services. */
const FIRST = 10_240;
/** From here on systems give ports to outgoing connections: Linux from 32768, macOS from 49152. */
const END = 32_768;
export const PORTS_PER_SLOT = 20;

/** What a program in a slot is told. */
export type SlotVariables = (slot: number) => Readonly<Record<string, string>>;

/**
 * Slots of one repository lie side by side; where its block begins follows from its id, so that two repositories
 * rarely meet. They share ports only when there are more slots than ports for them.
 * @param repository an id in hexadecimal digits
 * @param slots how many there may be
 */
export function slotVariables(repository: string, slots: number): SlotVariables {
  const ranges = Math.floor((END - FIRST) / PORTS_PER_SLOT);
  const blocks = Math.max(1, Math.floor(ranges / slots));
  const block = Number.parseInt(repository.slice(0, 8), 16) % blocks;
  return (slot) => ({
    TUTTI_SLOT: String(slot),
    TUTTI_PORT: String(FIRST + ((block * slots + slot) % ranges) * PORTS_PER_SLOT),
    TUTTI_PORT_COUNT: String(PORTS_PER_SLOT),
  });
}
