import type { WireBlockWriter } from "./wire-block-writer.ts";

interface SequencedBlock {
  readonly writer: WireBlockWriter;
  /** What waits for the blocks before. */
  held: string;
  ended: boolean;
}

/**
 * Puts blocks one after another. Other protocols may interleave parts, but this one's clients read the events between
 * a block's start and stop as that block's: what belongs to a later block waits until the earlier ones have ended.
 */
export class BlockSequence {
  readonly #blocks: SequencedBlock[] = [];
  #current = 0;

  /** Gives a block that begins the wire's next index. */
  readonly open = (writer: WireBlockWriter): number =>
    this.#blocks.push({ writer, held: "", ended: false }) - 1;

  /** What of `text`, written by a block, may be sent now. */
  pass(writer: WireBlockWriter, text: string): string {
    if (text === "" || writer.index === this.#current) return text;
    const block = this.#blocks[writer.index];
    if (block === undefined) return "";
    const first = block.held === "";
    block.held += text;
    return first ? this.#endComplete() : "";
  }

  end(writer: WireBlockWriter): string {
    const block = this.#blocks[writer.index];
    if (block === undefined || block.ended) return "";
    block.ended = true;
    const text = writer.end();
    if (writer.index === this.#current) return text + this.#advance();
    block.held += text;
    return "";
  }

  endAll(): string {
    return this.#blocks.map(({ writer }) => this.end(writer)).join("");
  }

  /** Other protocols often end all calls of a turn at its end only: one whose arguments are whole need not wait. */
  #endComplete(): string {
    const block = this.#blocks[this.#current];
    return block?.writer.complete === true ? this.end(block.writer) : "";
  }

  #advance(): string {
    let text = "";
    for (;;) {
      const block = this.#blocks[++this.#current];
      if (block === undefined) return text;
      text += block.held;
      block.held = "";
      if (!block.ended) return text;
    }
  }
}
