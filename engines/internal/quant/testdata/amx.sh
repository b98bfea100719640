#!/usr/bin/env bash
# Runs the tests of tile registers (AMX) on a machine without them, in a small Linux that Bochs
# emulates, and prints what they say:
#
#	bash engines/internal/quant/testdata/amx.sh BOCHS SHARE VMLINUZ
#
# BOCHS is the program, SHARE the folder with its BIOS images, VMLINUZ a kernel with a serial console
# and no modules needed for it, such as Debian's. Debian's busybox-static, cpio, isolinux, syslinux-common
# and xorriso have to be installed. Takes two to five minutes. CI skips these tests.
#
# Bochs must have AMX and the CPU model sapphire_rapids. That of August 2026 is not enough: Linux wants XFD,
# which it lacks; it takes signed bytes of TDPBSSD, TDPBSUD and TDPBUSD for unsigned ones; and XSAVE keeps
# eight lines of a tile, exchanges its rows and columns and does not know when it is in use.
set -euo pipefail
bochs=$1 share=$2 kernel=$3
quant=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$tmp"/root/{proc,tmp} "$tmp/iso"

export CGO_ENABLED=0
go test -c -o "$tmp/root/kernel.test" "$quant/../kernel"
go test -c -o "$tmp/root/quant.test" "$quant"
cp "$(command -v busybox)" "$tmp/root/busybox"
cat >"$tmp/root/init" <<'END'
#!/busybox sh
/busybox mount -t proc proc /proc
/busybox grep -c amx_int8 /proc/cpuinfo
/kernel.test -test.v -test.run MulSplit; echo "exit $?"
/quant.test -test.v -test.run 'TestTiles|Test(Mul|Largest|Bits)$/amx-int8'; echo "exit $?"
/busybox sleep 1
/busybox poweroff -f
END
chmod +x "$tmp/root/init"
(cd "$tmp/root" && find . | cpio -o -H newc -R 0:0 --quiet | gzip -1) >"$tmp/iso/initrd"
cp "$kernel" "$tmp/iso/vmlinuz"
cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 "$tmp/iso"
# Bochs has FSRM (feature 580) without ERMS, which Linux does not expect, and its 57-bit addresses fail.
cat >"$tmp/iso/isolinux.cfg" <<'END'
default linux
label linux
  kernel /vmlinuz
  append initrd=/initrd console=ttyS0 quiet mitigations=off no5lvl clearcpuid=580 tsc=reliable lpj=1000000 panic=-1
END
xorriso -as mkisofs -quiet -o "$tmp/cd.iso" -b isolinux.bin -c boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table "$tmp/iso"

cat >"$tmp/bochsrc" <<END
memory: guest=512, host=512
romimage: file=$share/BIOS-bochs-latest
vgaromimage: file=$share/VGABIOS-lgpl-latest.bin
ata0-master: type=cdrom, path=$tmp/cd.iso, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev=$tmp/serial
cpu: model=sapphire_rapids, count=1, ips=50000000
display_library: nogui
log: $tmp/log
panic: action=fatal
END
timeout 1200 "$bochs" -q -f "$tmp/bochsrc" >/dev/null 2>&1 || true # it ends with an error when power is cut
cat "$tmp/serial"
[ "$(grep -ac '^exit 0' "$tmp/serial")" = 2 ] && ! grep -aq -e '--- SKIP' "$tmp/serial"
