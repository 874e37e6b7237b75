/** Answers to the engine as messages of the provider protocol. */
import * as grpc from "@grpc/grpc-js";
import { BinaryWriter } from "google-protobuf";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import type { ChangeKind } from "./diff";
import { PartialFailure, type CheckResult, type DiffResult } from "./resource";
import { toStruct } from "./values";

/** An error as the engine takes it. A partial failure carries the resource, which the engine keeps in the state. */
export function serviceError(error: Error): Partial<grpc.StatusObject> {
  if (!(error instanceof PartialFailure)) return { code: grpc.status.UNKNOWN, details: error.message };
  const failed = new pb.ErrorResourceInitFailed();
  failed.setId(error.id);
  failed.setProperties(toStruct(error.state));
  failed.setInputs(toStruct(error.inputs));
  failed.setReasonsList([error.message]);
  const detail = new Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", statusDetails(error.message, detail));
  return { code: grpc.status.UNKNOWN, details: error.message, metadata };
}

/** A google.rpc.Status: code = 1, message = 2, details = 3. The library has no class for it. */
function statusDetails(message: string, detail: Any): Buffer {
  const writer = new BinaryWriter();
  writer.writeInt32(1, grpc.status.UNKNOWN);
  writer.writeString(2, message);
  writer.writeMessage(3, detail, (each: Any, to: BinaryWriter) => Any.serializeBinaryToWriter(each, to));
  return Buffer.from(writer.getResultBuffer());
}

/** @param same the message in which the inputs came, where the check left them as they were. */
export function checkResponse(result: CheckResult, same?: ReturnType<pb.CheckRequest["getNews"]>): pb.CheckResponse {
  const response = new pb.CheckResponse();
  response.setInputs(same ?? toStruct(result.inputs));
  response.setFailuresList(
    (result.failures ?? []).map(({ property, reason }) => {
      const failure = new pb.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}

const { Kind } = pb.PropertyDiff;
const KINDS: Readonly<Record<ChangeKind, pb.PropertyDiff.Kind>> = {
  add: Kind.ADD,
  update: Kind.UPDATE,
  delete: Kind.DELETE,
};
/** The same change where it makes the resource anew. */
const REPLACING: Readonly<Record<ChangeKind, pb.PropertyDiff.Kind>> = {
  add: Kind.ADD_REPLACE,
  update: Kind.UPDATE_REPLACE,
  delete: Kind.DELETE_REPLACE,
};

/** The property that a path begins with: "ports" of "ports[0].port". */
const topOf = (path: string): string => /^[^.[]*/.exec(path)?.[0] ?? path;

export function diffResponse(result: DiffResult): pb.DiffResponse {
  const response = new pb.DiffResponse();
  const replace = new Set(result.replace ?? []);
  const { DIFF_SOME, DIFF_NONE } = pb.DiffResponse.DiffChanges;
  response.setChanges(result.changes.size + replace.size > 0 ? DIFF_SOME : DIFF_NONE);
  response.setReplacesList([...replace]);
  response.setDiffsList([...new Set([...result.changes.keys()].map(topOf))]);
  response.setDeletebeforereplace(result.deleteBeforeReplace ?? false);
  response.setHasdetaileddiff(true);
  const detailed = response.getDetaileddiffMap() as unknown as Map<string, pb.PropertyDiff>;
  for (const [path, kind] of result.changes) {
    const diff = new pb.PropertyDiff();
    diff.setKind((replace.has(path) ? REPLACING : KINDS)[kind]);
    diff.setInputdiff(true);
    detailed.set(path, diff);
  }
  return response;
}
