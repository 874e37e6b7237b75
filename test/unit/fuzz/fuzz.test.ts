import { fuzz } from "../../fuzz/run";

test("300 random specs: no crash, every refusal with a reason, no accepted plan that breaks an invariant", () => {
  const { accepted, refused } = fuzz(300);
  // A generator that only makes refused labs, or only sound ones, would test nothing.
  expect(accepted).toBeGreaterThan(20);
  expect(refused).toBeGreaterThan(20);
}, 180_000);
