package result

// VoidTimes takes the times out of a record and says why; whatever is derived
// from its clocks then is unknown.
func (r *Request) VoidTimes(why string) {
	r.Void = why
	r.TTFTNs, r.TTFCNs, r.TTFBNs, r.E2ENs, r.BatchNs = nil, nil, nil, nil, nil
	r.IntendedNs, r.QueueNs = nil, nil
	r.Spent, r.Chunks, r.Deliveries, r.EnergyUJ = nil, nil, nil, nil
}

// withhold takes the times out of the requests of all cells whose validity
// record forbids their use, so that no reader of the file uses them unawares.
func (f *File) withhold() {
	why := f.untimed()
	for i := range f.Requests {
		if text := why[f.Requests[i].Cell]; text != "" {
			f.Requests[i].VoidTimes(text)
		}
	}
}
