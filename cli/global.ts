/** Options that every command has. */
export interface Global {
  readonly stack: string;
  /** A stack config file other than Pulumi.<stack>.yaml. */
  readonly config?: string | undefined;
}

export const defaultStack = (): string => process.env.FABRICLAB_STACK ?? "dev";
