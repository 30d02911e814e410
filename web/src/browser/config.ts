/** What the pages must know of the place where they are served: `/config.json`. */
export interface SiteConfig {
  /** The API, without a slash at the end. */
  readonly api_url: string;
  /** Where bulletins and sealed papers are read, without a slash at the end. */
  readonly publications_url: string;
}

/** @throws Error when the page was served without its configuration. */
export async function loadConfig(): Promise<SiteConfig> {
  const answer = await fetch("/config.json", { cache: "no-cache" });
  const told = (answer.ok ? await answer.json() : null) as Partial<SiteConfig> | null;
  if (!told?.api_url || !told.publications_url) throw new Error("config.json is missing or incomplete");
  return { api_url: told.api_url, publications_url: told.publications_url };
}
