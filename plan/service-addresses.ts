import { addressText, knownRange, rangeSize } from "../lab-spec/ip";
import type { Address, Prefix } from "./types";

/**
 * The API server hands out service addresses from the upper part of the range first, and leaves the lower part to addresses chosen by hand:
 * min(max(16, size / 16), 256) of them, and none in a range of 16 addresses or fewer.
 *
 * Source: KEP-3070; kubernetes/pkg/registry/core/service/ipallocator, `calculateRangeOffset`
 */
const LOWER_PART = { least: 16, share: 16, most: 256 } as const;

function lowerPart(size: number): number {
  if (size <= LOWER_PART.least) return 0;
  return Math.min(Math.max(LOWER_PART.least, Math.floor(size / LOWER_PART.share)), LOWER_PART.most);
}

/** Places in a service range: the API server's own service, cluster DNS as kubeadm places it, and the service whose address a lab fixes. */
const PLACE = { api: 1, dns: 10, local: 15 } as const;

export function apiServiceAddress(range: Prefix): Address {
  return addressText(knownRange(range).first + PLACE.api);
}

export function dnsServiceAddress(range: Prefix): Address {
  return addressText(knownRange(range).first + PLACE.dns);
}

/**
 * In the lower part, where the API server hands out no address by itself. A range of 16 addresses has no such part: there it is the last
 * address before the broadcast address, which the API server may have handed out to another service.
 */
export function localServiceAddress(range: Prefix): Address {
  const { first, last } = knownRange(range);
  return addressText(Math.min(first + PLACE.local, last - 1));
}

/** The first address that the API server may hand out: it stands in for the one that it will choose. */
export function nominalServiceAddress(range: Prefix): Address {
  const known = knownRange(range);
  // The first address of all is the API server's own.
  return addressText(known.first + Math.max(lowerPart(rangeSize(known)), PLACE.api) + 1);
}
