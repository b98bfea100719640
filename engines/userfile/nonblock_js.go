package userfile

// nonblock is nothing in a browser, which has no files.
const nonblock = 0
