import * as grpc from "@grpc/grpc-js";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { BinaryReader } from "google-protobuf";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { PartialFailure } from "../../../../provider/protocol/resource";
import { diffResponse, serviceError } from "../../../../provider/protocol/responses";
import { fromStruct } from "../../../../provider/protocol/values";

/** The fields of a google.rpc.Status. */
function statusOf(bytes: Uint8Array): { code: number; message: string; detail: Any } {
  const found = { code: 0, message: "", detail: new Any() };
  const reader = new BinaryReader(bytes);
  while (reader.nextField())
    if (reader.getFieldNumber() === 1) found.code = reader.readInt32();
    else if (reader.getFieldNumber() === 2) found.message = reader.readString();
    else found.detail = Any.deserializeBinary(reader.readBytes());
  return found;
}

test("an error is its message", () => {
  expect(serviceError(new Error("no"))).toEqual({ code: grpc.status.UNKNOWN, details: "no" });
});

test("a partial failure carries the resource, however long, in the details of its status", () => {
  const state = { name: "leaf1", text: "x".repeat(40_000) };
  const { code, details, metadata } = serviceError(new PartialFailure("ü: silent", "c0ffee", state, { name: "leaf1" }));
  expect({ code, details }).toEqual({ code: grpc.status.UNKNOWN, details: "ü: silent" });
  const [bytes] = metadata?.get("grpc-status-details-bin") ?? [];
  const status = statusOf(bytes as Buffer);
  expect(status).toMatchObject({ code: grpc.status.UNKNOWN, message: "ü: silent" });
  expect(status.detail.getTypeUrl()).toBe("type.googleapis.com/pulumirpc.ErrorResourceInitFailed");
  const failed = pb.ErrorResourceInitFailed.deserializeBinary(status.detail.getValue_asU8());
  expect(failed.getId()).toBe("c0ffee");
  expect(failed.getReasonsList()).toEqual(["ü: silent"]);
  expect(fromStruct(failed.getProperties())).toEqual(state);
  expect(fromStruct(failed.getInputs())).toEqual({ name: "leaf1" });
});

test("a difference says of each path what happens there, and whether that makes the resource anew", () => {
  const changes = new Map([
    ["ports[0].port", "update"],
    ["driver", "add"],
    ["cpus", "delete"],
  ] as const);
  const response = diffResponse({ changes, replace: ["driver"], deleteBeforeReplace: true });
  const kinds: Record<string, number> = {};
  response.getDetaileddiffMap().forEach((diff, path) => {
    kinds[path] = diff.getKind();
  });
  const { UPDATE, ADD_REPLACE, DELETE } = pb.PropertyDiff.Kind;
  expect(kinds).toEqual({ "ports[0].port": UPDATE, driver: ADD_REPLACE, cpus: DELETE });
  expect(response.getDiffsList()).toEqual(["ports", "driver", "cpus"]);
  expect(response.getChanges()).toBe(pb.DiffResponse.DiffChanges.DIFF_SOME);
  expect(diffResponse({ changes: new Map() }).getChanges()).toBe(pb.DiffResponse.DiffChanges.DIFF_NONE);
});
