/** What the bench may ask of its page; each scenario is begun by one call and told by one answer. */
import { recordBare } from "./bare";
import { clockErrors } from "./clock";
import { deliverSpool } from "./delivery";
import { recordCamera, recordCameraAndScreen } from "./recording";
import { SpoolOfParts } from "./upload";

const scenarios = {
  clockErrors,
  deliverSpool,
  recordBare,
  recordCamera,
  recordCameraAndScreen,
  fillSpool: SpoolOfParts.fill,
};

declare global {
  interface Window {
    bench: typeof scenarios;
  }
}

window.bench = scenarios;
