package measure

// Hidden stands for the start of a process that exists and cannot be looked at.
const Hidden = "hidden"
