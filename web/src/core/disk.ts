/** A folder on the device, as the spool needs it. What a resolved promise wrote survives the death of the page. */
export interface Disk {
  names(): Promise<readonly string[]>;
  /** Add to the end of a file, which is made when missing. */
  append(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** @returns fewer bytes where the file is shorter, none where there is no file */
  read(name: string, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** @returns 0 where there is no file */
  size(name: string): Promise<number>;
  remove(name: string): Promise<void>;
}

/** SHA-256 in hex. */
export type Digest = (bytes: Uint8Array<ArrayBuffer>) => Promise<string>;
