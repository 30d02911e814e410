/** The candidate's own picture, on both sides of a comparison. */
export async function preview(camera: MediaStream): Promise<HTMLVideoElement> {
  const video = document.querySelector<HTMLVideoElement>("#preview");
  if (video === null) throw new Error("the page has no preview");
  video.srcObject = camera;
  await video.play();
  return video;
}
