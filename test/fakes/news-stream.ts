/** A stream that a test fills and ends: what a client reads while it follows an engine. */

export class NewsStream<News> {
  readonly #news: News[] = [];
  #ended = false;
  #ring = (): void => {};

  push(...news: readonly News[]): void {
    this.#news.push(...news);
    this.#ring();
  }

  /** What was pushed before is read all the same. */
  end(): void {
    this.#ended = true;
    this.#ring();
  }

  async *read(): AsyncGenerator<News> {
    for (;;) {
      const next = this.#news.shift();
      if (next !== undefined) yield next;
      else if (this.#ended) return;
      else {
        await new Promise<void>((resolve) => {
          this.#ring = resolve;
        });
      }
    }
  }
}
