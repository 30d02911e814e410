/** What the candidate is told loudly while the recording should run, the most urgent first. */
import { type Trouble, TROUBLES } from "../../browser/trouble";
import type { Sentence } from "../../core/errors";

export interface RecordingFacts {
  /** The rules want a recording now. */
  readonly wanted: boolean;
  readonly cameraOn: boolean;
  readonly screenOn: boolean;
  readonly surface: string;
  /** The page has recorded the camera, the screen, since it was opened, or could not. */
  readonly hadCamera: boolean;
  readonly hadScreen: boolean;
  readonly secondDisplay: boolean;
  readonly troubles: readonly Trouble[];
}

export type Alarm =
  /** A key of the page's own messages, under `recorder`. `again`: a button that goes on recording helps. */
  | { readonly key: "resume" | "share_stopped" | "share_not_monitor" | "second_display" | "ended"; readonly again: boolean }
  | { readonly sentence: Sentence; readonly again: boolean };

const NEEDS_A_PERSON: ReadonlySet<string> = new Set(["track_ended", "muted"]);

export function alarmsOf(facts: RecordingFacts): Alarm[] {
  if (!facts.wanted) return [];
  const alarms: Alarm[] = [];
  if (!facts.screenOn) alarms.push({ key: facts.hadScreen ? "share_stopped" : "resume", again: true });
  else if (facts.surface !== "" && facts.surface !== "monitor") alarms.push({ key: "share_not_monitor", again: true });
  // Until it is opened for the first time, it is on its way.
  if (!facts.cameraOn && facts.hadCamera) alarms.push({ key: "ended", again: true });
  if (facts.secondDisplay) alarms.push({ key: "second_display", again: false });
  for (const trouble of facts.troubles) {
    // What has been said in better words above is not said twice.
    if (trouble.what === "track_ended") continue;
    alarms.push({ sentence: TROUBLES[trouble.what], again: NEEDS_A_PERSON.has(trouble.what) });
  }
  return alarms;
}
