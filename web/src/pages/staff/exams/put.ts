/** Putting a file where a presigned URL says, with its progress, which fetch does not tell. */
import { ClientError, Unreachable } from "../../../core/errors";

export class PutRefused extends ClientError {
  override readonly name = "PutRefused";

  constructor(status: number) {
    super({ zh: `文件上传未成功（${status}），请重试。`, en: `The file could not be uploaded (${status}). Try again.` });
  }
}

/** Set by the browser itself, which forbids pages to. */
const FORBIDDEN: ReadonlySet<string> = new Set(["content-length", "host"]);

/**
 * @param onSent how much was sent, 0 to 1
 * @throws PutRefused, Unreachable
 */
export function put(
  url: string,
  headers: Readonly<Record<string, string>>,
  file: Blob,
  onSent: (share: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    for (const [name, value] of Object.entries(headers)) {
      if (!FORBIDDEN.has(name.toLowerCase())) request.setRequestHeader(name, value);
    }
    request.upload.onprogress = (event) => onSent(event.lengthComputable ? event.loaded / event.total : 0);
    request.onload = () => (request.status < 300 ? resolve() : reject(new PutRefused(request.status)));
    request.onerror = () => reject(new Unreachable());
    // A Blob with a type would send it as a header that the URL is not signed for.
    request.send(file.slice(0, file.size, ""));
  });
}
