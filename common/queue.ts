/** A line in which one piece of work is done after another, in the order they came; one that fails does not hold up the next. */
export class SerialQueue {
  private last: Promise<unknown> = Promise.resolve();

  /** @returns what the work gives, or rejects as it does, when its turn has come and gone */
  add<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
