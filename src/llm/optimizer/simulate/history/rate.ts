/** Cases below which figures are no ground for anything. */
export const ENOUGH = 30;

/** How often something was so, in weighted cases. */
export class Rate {
  yes = 0;
  of = 0;
  /** Cases, each counted once. */
  cases = 0;

  add(isSo: boolean, weight: number): void {
    this.of += weight;
    this.cases += 1;
    if (isSo) this.yes += weight;
  }

  /** Undefined when nothing was seen. */
  get share(): number | undefined {
    return this.of === 0 ? undefined : this.yes / this.of;
  }
}
