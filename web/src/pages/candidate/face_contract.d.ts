/** Face login's routes, until the generated client has them: the same declarations, which then merge into one. */
import "../../generated/api";

declare module "../../generated/api" {
  interface AskChallenge {
    readonly id_tail: string;
    readonly ticket_no: string;
  }
  interface ChallengeView {
    readonly challenge_id: string;
    readonly expires_at: string;
    readonly frames_max: number;
    readonly turns: readonly (string)[];
  }
  interface Consent {
    readonly text_sha256: string;
  }
  interface FaceLogin {
    readonly challenge_id: string;
    readonly consent?: Consent | null;
  }
  interface IdentityView {
    readonly lot_number: number | null;
    readonly name: string;
    readonly photo_jpeg_base64: string | null;
    readonly ticket_no: string;
  }
  interface Bulletin {
    readonly consent: ExamText;
  }
  interface Routes {
    "POST /exams/{exam_id}/face-challenges": { parameters: { exam_id: string }; body: AskChallenge; answer: ChallengeView; roles: never };
    "GET /sitting/identity": { parameters: undefined; body: undefined; answer: IdentityView; roles: "candidate" };
  }
}
