package quant

import "encoding/binary"

var le = binary.LittleEndian

// bytewise is the layout of Q8_0: the scale, and a signed byte a number.
type bytewise struct{}

const signs = 0x80808080

func (bytewise) split(p *parts, b []byte) {
	p.halves[0] = le.Uint16(b)
	for i := range p.units[0].words {
		p.units[0].words[i] = le.Uint32(b[2+4*i:]) ^ signs
	}
}

func (bytewise) join(b []byte, p *parts) {
	le.PutUint16(b, p.halves[0])
	for i, w := range p.units[0].words {
		le.PutUint32(b[2+4*i:], w^signs)
	}
}

// single is that of blocks of one unit: scale, low if there is one, the plane of the
// fifth bits if there is one, and four bits a number.
type single struct {
	halves int
	fifth  bool
}

func (l single) split(p *parts, b []byte) {
	for i := range l.halves {
		p.halves[i], b = le.Uint16(b), b[2:]
	}
	if l.fifth {
		p.units[0].setPlane(le.Uint32(b))
		b = b[4:]
	}
	for i := range 4 {
		p.units[0].words[i] = le.Uint32(b[4*i:])
	}
}

func (l single) join(b []byte, p *parts) {
	for _, h := range p.halves[:l.halves] {
		le.PutUint16(b, h)
		b = b[2:]
	}
	if l.fifth {
		le.PutUint32(b, p.units[0].plane())
		b = b[4:]
	}
	for i, w := range p.units[0].words[:4] {
		le.PutUint32(b[4*i:], w)
	}
}

// eighths is that of Q4_K and Q5_K: scale and low, eight times six bits for each of
// them, a byte with the fifth bits of number i of all units, and four bits a number,
// where the bytes of two units share their halves.
type eighths struct{ fifth bool }

func (l eighths) split(p *parts, b []byte) {
	p.halves[0], p.halves[1] = le.Uint16(b), le.Uint16(b[2:])
	s := b[4:16] // of four units whole; the upper two bits lend themselves to the other four
	for j := range 4 {
		p.fine[j], p.fine[8+j] = s[j]&63, s[j+4]&63
		p.fine[4+j], p.fine[12+j] = s[j+8]&15|s[j]>>6<<4, s[j+8]>>4|s[j+4]>>6<<4
	}
	b = b[16:]
	if l.fifth {
		for j := range p.units {
			p.units[j].gather(b, j, 1)
		}
		b = b[unit:]
	}
	for j := range p.units {
		p.units[j].share(b[j/2*unit:], j%2)
	}
}

func (l eighths) join(b []byte, p *parts) {
	clear(b)
	le.PutUint16(b, p.halves[0])
	le.PutUint16(b[2:], p.halves[1])
	s := b[4:16]
	for j := range 4 {
		s[j], s[j+4] = p.fine[j]|p.fine[4+j]>>4<<6, p.fine[8+j]|p.fine[12+j]>>4<<6
		s[j+8] = p.fine[4+j]&15 | p.fine[12+j]<<4
	}
	b = b[16:]
	if l.fifth {
		for j := range p.units {
			p.units[j].spread(b, j, 1)
		}
		b = b[unit:]
	}
	for j := range p.units {
		p.units[j].unshare(b[j/2*unit:], j%2)
	}
}

// share takes the low four bits of a unit from the lower or upper halves of 32 bytes.
func (u *quads) share(b []byte, upper int) {
	half := (*[unit]byte)(b)
	x, y := le.Uint64(half[0:])>>(4*upper), le.Uint64(half[16:])>>(4*upper)
	v, w := le.Uint64(half[8:])>>(4*upper), le.Uint64(half[24:])>>(4*upper)
	x, v = x&nibbleMask|y&nibbleMask<<4, v&nibbleMask|w&nibbleMask<<4
	u.words = [8]uint32{uint32(x), uint32(x >> 32), uint32(v), uint32(v >> 32)}
}

// unshare adds them to the bytes.
func (u *quads) unshare(b []byte, upper int) {
	for i := range 2 {
		w := uint64(u.words[2*i]) | uint64(u.words[2*i+1])<<32
		le.PutUint64(b[8*i:], le.Uint64(b[8*i:])|w&nibbleMask<<(4*upper))
		le.PutUint64(b[16+8*i:], le.Uint64(b[16+8*i:])|w>>4&nibbleMask<<(4*upper))
	}
}

// sixteenths is that of Q6_K: two halves of four units each with their low four bits, of
// two units in the same bytes, then both halves with the upper two bits, of four units in
// the same bytes, then 16 scales and the one by which they are multiplied.
type sixteenths struct{}

func (sixteenths) split(p *parts, b []byte) {
	p.halves[0] = le.Uint16(b[208:])
	copy(p.fine[:], b[192:208])
	for j := range p.units {
		u, high := &p.units[j], b[128+j/4*unit:]
		u.share(b[j/4*64+j%2*unit:], j%4/2)
		u.gather(high, j%4*2, 2)
	}
}

func (sixteenths) join(b []byte, p *parts) {
	clear(b)
	le.PutUint16(b[208:], p.halves[0])
	copy(b[192:208], p.fine[:])
	for j := range p.units {
		u, high := &p.units[j], b[128+j/4*unit:]
		u.unshare(b[j/4*64+j%2*unit:], j%4/2)
		u.spread(high, j%4*2, 2)
	}
}
