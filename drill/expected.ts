import { nodesOf } from "../plan/lookup";
import type { Broken, PredictOptions } from "../plan/prediction";
import type { LabPlan } from "../plan/types";
import { expectationOf, type Expectation } from "./expectation";

/**
 * What a lab should show, as its cluster changes: pods become ready or move while a drill goes on, and with them the blocks and services that nodes
 * announce.
 */
export class Expected {
  private expectation: Expectation;
  private known: string;

  constructor(
    private readonly plan: LabPlan,
    private facts: PredictOptions,
    private readonly broken: Broken,
  ) {
    this.expectation = expectationOf(plan, facts, broken);
    this.known = JSON.stringify(facts);
  }

  get now(): Expectation {
    return this.expectation;
  }

  /** The facts of now. Nodes that the API server can't tell any more go on with what they last heard. */
  learn(facts: PredictOptions): void {
    const merged = this.heard(facts);
    const text = JSON.stringify(merged);
    if (text === this.known) return;
    this.facts = merged;
    this.known = text;
    this.expectation = expectationOf(this.plan, merged, this.broken);
  }

  private heard(facts: PredictOptions): PredictOptions {
    const deaf = nodesOf(this.plan)
      .filter((node) => !this.expectation.hears(node.name))
      .map((node) => node.name);
    const merge = <T>(
      before: Readonly<Record<string, T>> = {},
      now: Readonly<Record<string, T>> = {},
    ): Record<string, T> => ({
      ...now,
      ...Object.fromEntries(deaf.flatMap((name) => (before[name] === undefined ? [] : [[name, before[name]]]))),
    });
    return {
      ...facts,
      ...(facts.blocks === undefined ? {} : { blocks: merge(this.facts.blocks, facts.blocks) }),
      ...(facts.announced === undefined ? {} : { announced: merge(this.facts.announced, facts.announced) }),
    };
  }
}
