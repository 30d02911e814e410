import { expect, test } from "vitest";
import type { PhoneSeen, RecordingView, SittingView } from "../../generated/api";
import { phoneOf } from "./phone_state";

const NOW = Date.parse("2026-05-10T01:00:00Z");
const seen = (secondsAgo: number, more: Partial<PhoneSeen> = {}): PhoneSeen => ({
  seen_at: new Date(NOW - secondsAgo * 1000).toISOString(),
  recording: true,
  battery: 0.424,
  backlog_segments: 0,
  ...more,
});
const bound = { on_record: { bind_evidence: "2026-05-10T00:40:00Z" } } as unknown as SittingView;
const evidence = (arrived: boolean, ...states: string[]): RecordingView[] => [
  {
    kind: "evidence",
    closed: arrived,
    last_segment_no: null,
    arrived,
    segments: states.map((state, at) => ({
      segment_no: at + 1,
      state,
      attempt: 1,
      sha256: "",
      missing_parts: [],
      faults: [],
    })),
  },
];

test("a phone is none until it is bound", () => {
  expect(phoneOf({ on_record: {} } as SittingView, [], null, NOW).state).toBe("none");
});

test("one that was heard of says whether it records, and its battery", () => {
  expect(phoneOf(bound, [], seen(5), NOW)).toMatchObject({ state: "recording", batteryPercent: 42 });
  expect(phoneOf(bound, [], seen(5, { recording: false }), NOW).state).toBe("stopped");
});

test("one that is silent may be in airplane mode, and nothing is said of its battery", () => {
  expect(phoneOf(bound, [], seen(90), NOW)).toMatchObject({ state: "quiet", batteryPercent: null });
  expect(phoneOf(bound, [], null, NOW).state).toBe("quiet");
});

test("what arrived is counted, and all of it is the end", () => {
  const some = phoneOf(bound, evidence(false, "verified", "uploaded", "declared"), seen(5), NOW);
  expect([some.arrived, some.verified]).toEqual([2, 1]);
  expect(phoneOf(bound, evidence(true, "verified"), seen(5), NOW).state).toBe("arrived");
});
