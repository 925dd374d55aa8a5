import { token } from "./fetching.js";

/** An upload that did not come to its end; the message is fit for the person. */
export class NotUploaded extends Error {}

/**
 * Sends one file, as the body of one request.
 * @param {string} url
 * @param {Blob} file
 * @param {(share: number) => void} progress called with 0 to 1
 * @returns {{done: Promise<object>, stop: () => void}} what the server knows of the file
 */
export function upload(url, file, progress) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 1);
    request.onload = () => {
      if (request.status === 401) location.reload();
      if (request.status < 300) resolve(JSON.parse(request.responseText));
      else reject(new NotUploaded(request.getResponseHeader("X-Refusal") ? request.responseText : ""));
    };
    request.onerror = request.onabort = request.ontimeout = () => reject(new NotUploaded(""));
  });
  request.open("PUT", url);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.setRequestHeader("HX-Request", "true");
  request.setRequestHeader("X-CSRFToken", token());
  request.send(file);
  return { done, stop: () => request.abort() };
}

/**
 * Says a number of bytes as the server does: 84 KB, 1.2 MB.
 * @param {number} size
 */
export function sizeInWords(size) {
  if (size < 1000) return `${size} B`;
  const [number, unit] = size < 1000 * 1024 ? [size / 1024, "KB"] : [size / 1024 ** 2, "MB"];
  return `${number < 10 ? number.toFixed(1).replace(".0", "") : number.toFixed(0)} ${unit}`;
}
