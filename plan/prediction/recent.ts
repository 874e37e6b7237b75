/** Things that are made when they are asked for, and kept while there is room: the latest always, the ones asked longest ago go first. */
export class Recent<T> {
  private readonly kept = new Map<string, { readonly value: T; readonly size: number }>();
  private total = 0;

  /**
   * @param room how large all that is kept may be together
   * @param sizeOf how large one is
   */
  constructor(
    private readonly room: number,
    private readonly sizeOf: (value: T) => number,
  ) {}

  get(name: string, make: () => T): T {
    const known = this.kept.get(name);
    const value = known === undefined ? make() : known.value;
    const size = known?.size ?? this.sizeOf(value);
    if (known === undefined) this.total += size;
    this.kept.delete(name);
    this.kept.set(name, { value, size });
    for (const [oldest, each] of this.kept) {
      if (this.total <= this.room || oldest === name) break;
      this.kept.delete(oldest);
      this.total -= each.size;
    }
    return value;
  }
}
