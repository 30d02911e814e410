/** Of two decisions about one admission the first stands. */
import { ClientError } from "../../../core/errors";

/** Another proctor was quicker, and decided otherwise. */
export class DecidedOtherwise extends ClientError {
  override readonly name = "DecidedOtherwise";

  constructor(admission: string) {
    super(
      admission === "admitted"
        ? { zh: "另一位监督员已先允许该考生登录，该决定有效。", en: "Another proctor has admitted this person before you; that decision stands." }
        : { zh: "另一位监督员已先拒绝该考生登录，该决定有效。", en: "Another proctor has refused this person before you; that decision stands." },
    );
  }
}
