/** What the page says of what belongs to somebody's account. */
export default {
  data: "Your data",
  exportHint: "Everything you wrote, your profile, your rooms and how far you have read, as a file.",
  export: "Export my data",
  cancel: "Cancel",
};
