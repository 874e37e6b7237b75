#!/bin/bash
# First program of a machine's own kernel: prepares what a container engine prepares for other machines, then becomes the machine's init.
HERE=/usr/lib/fabriclab/kernel
STATE=/var/lib/fabriclab/kernel
address=$(cat "$STATE/management") mtu=$(cat "$STATE/management-mtu")
mount -t proc proc /proc
mount -t sysfs sys /sys
mountpoint -q /dev || mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t tmpfs -o mode=755 run /run
mount -t tmpfs tmp /tmp
[ -e /dev/kmsg ] || ln -s /dev/null /dev/kmsg
mount -t cgroup2 cgroup2 /sys/fs/cgroup
hostname "$(cat /etc/hostname)"
# kubelet reads the clock of the CPU, which user-mode Linux does not print.
{ sed '/^$/d' /proc/cpuinfo; printf 'cpu MHz\t\t: 2000.000\n\n'; } >/run/cpuinfo
mount --bind /run/cpuinfo /proc/cpuinfo
mkdir -p /lib/modules
mount --bind "$HERE/modules" /lib/modules
ln -sfn "$HERE/busybox" /run/modprobe
echo /run/modprobe >/proc/sys/kernel/modprobe
while read -r module; do /run/modprobe "$module" || echo "fabriclab: module $module can't be loaded"; done <"$HERE/modules.list"
# What a container is given by its engine.
echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
# This kernel has no nf_tables for IPv4. A folder of alternatives takes the programs that do without.
legacy() {
  for command in iptables ip6tables; do
    for part in "" -save -restore; do [ ! -L "$1/$command$part" ] || ln -sfn "/usr/sbin/$command-legacy$part" "$1/$command$part"; done
  done
}
legacy /etc/alternatives
# Folders whose files are watched, or are the upper layer of an overlay, lie on the machine's own disk; they start as what the machine has there.
mkdir -p /mnt
mount -t ext4 -o noatime /dev/ubda /mnt
own() {
  [ -d "/mnt$1" ] || { mkdir -p "/mnt$1.new" && cp -a "$1/." "/mnt$1.new/" && mv "/mnt$1.new" "/mnt$1"; }
  mount --bind "/mnt$1" "$1"
}
STORE=/var/lib/containerd
SNAPSHOTTER=io.containerd.snapshotter.v1.overlayfs
CONTENT=io.containerd.content.v1.content
# Content and snapshots of the images stay where they are; only containerd's databases, and what it makes itself, are on the disk.
if [ -d "$STORE/$SNAPSHOTTER" ]; then
  mkdir -p /run/seed
  mount --bind "$STORE" /run/seed
  # Programs in pods that change rules of the firewall have both ways too.
  for snapshot in /run/seed/"$SNAPSHOTTER"/snapshots/*/fs/etc/alternatives; do legacy "$snapshot"; done
  if [ ! -d "/mnt$STORE" ]; then
    new=/mnt$STORE.new
    rm -rf "$new"
    mkdir -p "$new/$SNAPSHOTTER/snapshots" "$new/$CONTENT"
    cp -p "/run/seed/$SNAPSHOTTER/metadata.db" "$new/$SNAPSHOTTER/"
    cp -a /run/seed/io.containerd.metadata.v1.bolt "$new/"
    for snapshot in /run/seed/"$SNAPSHOTTER"/snapshots/*; do mkdir "$new/$SNAPSHOTTER/snapshots/${snapshot##*/}"; done
    mv "$new" "/mnt$STORE"
  fi
  mount --bind "/mnt$STORE" "$STORE"
  mount --bind "/run/seed/$CONTENT" "$STORE/$CONTENT"
  for snapshot in /run/seed/"$SNAPSHOTTER"/snapshots/*; do mount --bind "$snapshot" "$STORE/$SNAPSHOTTER/snapshots/${snapshot##*/}"; done
  mkdir -p /var/lib/etcd /var/lib/kubelet
  for folder in /var/lib/kubelet /var/lib/etcd /var/lib/calico /etc/cni/net.d /etc/kubernetes; do [ ! -d "$folder" ] || own "$folder"; done
fi
ip link set lo up
ip link set vec0 name eth0
ip link set eth0 mtu "$mtu" up
ip addr add "$address" dev eth0
mkdir -p /run/systemd/system
# Units that need what this kernel or a container lacks.
for unit in proc-sys-fs-binfmt_misc.automount systemd-binfmt.service kmod-static-nodes.service systemd-tmpfiles-setup-dev.service modprobe@.service; do ln -sfn /dev/null "/run/systemd/system/$unit"; done
# The container engine starts a machine anew that ended by itself; a kernel that starts itself anew finds its TAPs taken.
for target in ctrl-alt-del reboot; do ln -sfn /lib/systemd/system/poweroff.target "/run/systemd/system/$target.target"; done
ln -sfn "$HERE/fabriclab-cables.service" /run/systemd/system/fabriclab-cables.service
mkdir -p /run/systemd/system/multi-user.target.wants
ln -sfn "$HERE/fabriclab-cables.service" /run/systemd/system/multi-user.target.wants/fabriclab-cables.service
exec /sbin/init
