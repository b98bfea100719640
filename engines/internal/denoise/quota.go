package denoise

// Falling is the number of commits that Dream asks of a step: of n masks that
// are left it takes the whole part of n(1 - s/t), where the step goes from time
// t to time s of a grid from 1 to eps, and in the last step all. Steps for which
// that is 0 take no pass. Since a share is a little less than one over the steps
// that are left, the last step writes two or more even where there are more
// steps than masks. The decoder needs KeepSteps.
func Falling(eps float64) Quota {
	return func(s *Step) int {
		if s.Index >= s.Steps-1 {
			return s.Left()
		}
		t, next := gridTime(s.Index, s.Steps, eps), gridTime(s.Index+1, s.Steps, eps)
		return int(float64(s.Left()) * (1 - next/t))
	}
}
