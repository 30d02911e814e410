import { describe, expect, it } from "vitest";
import { ApiError, Unreachable } from "./errors";
import { type Letter, Outbox } from "./outbox";

/** A server that takes a letter once by its id, behind a line that may be down or lose answers. */
class Post {
  readonly taken: Letter[] = [];
  kept: readonly Letter[] = [];
  down = false;
  losesAnswers = false;
  refuses = "";
  private made = 0;

  box(letters: readonly Letter[] = []): Outbox {
    const send = async (letter: Letter): Promise<void> => {
      if (this.down) throw new Unreachable();
      if (letter.text === this.refuses) throw new ApiError(409, "step_refused", { zh: "拒", en: "no" }, {}, null);
      if (!this.taken.some((each) => each.id === letter.id)) this.taken.push(letter);
      if (this.losesAnswers) throw new Unreachable();
    };
    const newId = (): string => `msg_${(this.made += 1)}`;
    return new Outbox({ send, keep: (kept) => (this.kept = kept), newId }, letters);
  }
}

const texts = (letters: readonly Letter[]): string[] => letters.map((letter) => letter.text);

describe("the outbox", () => {
  it("keeps what was written without a network, and sends it in order", async () => {
    const post = new Post();
    const box = post.box();
    post.down = true;
    box.put("一");
    box.put("二");
    await expect(box.flush()).rejects.toBeInstanceOf(Unreachable);
    post.down = false;
    await box.flush();
    expect(texts(post.taken)).toEqual(["一", "二"]);
    expect(box.pending).toEqual([]);
  });

  it("sends a letter under the same id after an answer was lost and the page reloaded", async () => {
    const post = new Post();
    post.losesAnswers = true;
    const box = post.box();
    box.put("听不到");
    await expect(box.flush()).rejects.toBeInstanceOf(Unreachable);
    post.losesAnswers = false;
    await post.box(post.kept).flush();
    expect(texts(post.taken)).toEqual(["听不到"]);
    expect(post.kept).toEqual([]);
  });

  it("gives back what the server will not take, and sends the rest", async () => {
    const post = new Post();
    post.refuses = "坏";
    const box = post.box();
    box.put("坏");
    box.put("好");
    expect((await box.flush()).map(({ letter, error }) => [letter.text, error.sentence.en])).toEqual([["坏", "no"]]);
    expect(texts(post.taken)).toEqual(["好"]);
  });
});
