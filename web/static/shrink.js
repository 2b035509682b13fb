// A photo as small as it may be and still shows what matters. Whatever is no picture, or
// cannot be made smaller here, stays as it is.

const EDGE = 2048; // pixels of the longer side

export async function shrink(file) {
  if (!file.type.startsWith("image/") || !("createImageBitmap" in self)) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, EDGE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const draw = canvas.getContext("2d");
    draw.fillStyle = "#fff"; // behind what is transparent
    draw.fillRect(0, 0, canvas.width, canvas.height);
    draw.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    if (!blob || (blob.size >= file.size && /jpeg|png|webp/.test(file.type))) return file;
    return new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file;
  }
}
