/** Routes of photos and locks that the generated types do not name yet. */
export {};

interface PhotoProblem {
  readonly en: string;
  readonly file: string;
  readonly reason: string;
  readonly ticket_no: string | null;
  readonly zh: string;
}

interface PhotoUpload {
  readonly by: string;
  readonly declared_at: string;
  readonly exam_id: string;
  readonly problems: readonly PhotoProblem[];
  readonly read_at: string | null;
  readonly refusal: PhotoProblem | null;
  readonly state: string;
  readonly upload_id: string;
  readonly usable: number;
}

interface Photos {
  readonly purged_at: string | null;
  readonly roster_count: number;
  readonly uploads: readonly PhotoUpload[];
  readonly with_photo: number;
  readonly without_photo: readonly string[];
}

interface LockedTicket {
  readonly locked_at: string;
  readonly name: string;
  readonly ticket_no: string;
}

declare module "../../generated/api" {
  interface AdmissionView {
    readonly locked: boolean;
    readonly photo_jpeg_base64: string | null;
  }

  interface Routes {
    "POST /exams/{exam_id}/photos": {
      parameters: { exam_id: string };
      body: { readonly sha256: string; readonly size_bytes: number };
      answer: {
        readonly expires_at: string;
        readonly headers: Readonly<Record<string, string>>;
        readonly upload_id: string;
        readonly url: string;
      };
      roles: "officer";
    };
    "GET /exams/{exam_id}/photos": { parameters: { exam_id: string }; body: undefined; answer: Photos; roles: "officer" | "support" };
    "GET /exams/{exam_id}/locked-tickets": {
      parameters: { exam_id: string };
      body: undefined;
      answer: readonly LockedTicket[];
      roles: "officer" | "proctor" | "support";
    };
    "POST /exams/{exam_id}/tickets/{ticket_no}/unlock": {
      parameters: { exam_id: string; ticket_no: string };
      body: WithReason;
      answer: Done;
      roles: "support";
    };
  }
}
