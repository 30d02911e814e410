/**
 * Messages on their way: in order, through reload and crash, however long the network is away. Each has an id by which
 * the server takes it as one when it comes twice.
 */
import { remedyFor } from "./delivery";
import { ClientError } from "./errors";

export interface Letter {
  readonly id: string;
  readonly text: string;
}

/** A letter that the server will not take, and why. */
export interface Returned {
  readonly letter: Letter;
  readonly error: ClientError;
}

export interface OutboxPorts {
  readonly send: (letter: Letter) => Promise<unknown>;
  readonly keep: (letters: readonly Letter[]) => void;
  readonly newId: () => string;
}

export class Outbox {
  constructor(
    private readonly ports: OutboxPorts,
    private letters: readonly Letter[] = [],
  ) {}

  /** Not known to have arrived. */
  get pending(): readonly Letter[] {
    return this.letters;
  }

  put(text: string): void {
    this.keep([...this.letters, { id: this.ports.newId(), text }]);
  }

  /**
   * Send what there is, the oldest first.
   *
   * @returns what came back for good
   * @throws ClientError when it is to be tried again; nothing is lost then
   */
  async flush(): Promise<Returned[]> {
    const returned: Returned[] = [];
    for (let letter = this.letters[0]; letter !== undefined; letter = this.letters[0]) {
      const { id } = letter;
      try {
        await this.ports.send(letter);
      } catch (error) {
        if (!(error instanceof ClientError) || remedyFor(error) === "again") throw error;
        returned.push({ letter, error });
      }
      this.keep(this.letters.filter((each) => each.id !== id));
    }
    return returned;
  }

  private keep(letters: readonly Letter[]): void {
    this.letters = letters;
    this.ports.keep(letters);
  }
}
