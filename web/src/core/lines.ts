/**
 * The lines of a stream, read on again and again.
 *
 * An id has the time at which a line was made, not that at which it could first be read: two servers may write in
 * another order than they began in, and a device that was offline tells its events late. Reading on from the last
 * line alone would pass over such lines for ever, so each reading looks back, and now and then to the beginning.
 */
import type { EntriesView, Entry } from "../generated/api";

type Ask = (after: string) => Promise<EntriesView>;

const LOOK_BACK_MS = 10_000;
const WHOLE_EVERY = 20;

export class Lines {
  private readonly known = new Map<string, Entry>();
  private readings = 0;
  private newest = "";
  /** How many lines the caller was told of: what a failing reading learned is told by the next. */
  private told = 0;

  constructor(private readonly ask: Ask) {}

  /** Everything that was read, in order. */
  get all(): readonly Entry[] {
    return [...this.known.values()].sort((one, other) => (one.entry_id < other.entry_id ? -1 : 1));
  }

  /** Read until nothing is new. @returns whether anything was, since it last said so @throws ClientError */
  async readOn(): Promise<boolean> {
    let after = this.readings % WHOLE_EVERY === 0 ? "" : lookBackFrom(this.newest);
    for (;;) {
      const told = (await this.ask(after)).entries;
      const last = told.at(-1)?.entry_id;
      if (last === undefined) break;
      if (!this.learn(told) && last === this.newest) break;
      this.newest = last > this.newest ? last : this.newest;
      after = last;
    }
    this.readings += 1;
    const isNew = this.known.size > this.told;
    this.told = this.known.size;
    return isNew;
  }

  private learn(told: readonly Entry[]): boolean {
    const before = this.known.size;
    for (const entry of told) this.known.set(entry.entry_id, entry);
    return this.known.size > before;
  }
}

/** `20261126T081432.123456-…` some seconds earlier. */
function lookBackFrom(entryId: string): string {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\./.exec(entryId);
  if (found === null) return "";
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(1).map(Number);
  const at = new Date(Date.UTC(year, month - 1, day, hours, minutes, seconds) - LOOK_BACK_MS);
  return `${at.toISOString().slice(0, 19).replace(/[-:]/g, "")}.000000-`;
}
