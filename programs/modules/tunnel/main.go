// Tunnel is IP in IP (RFC 2003) for a machine whose kernel has none: a TUN device of the name that Calico's Felix and BIRD look for (tunl0), whose packets go out as IP
// protocol 4, and which what arrives as IP protocol 4 comes in by. The outer destination of a packet is the gateway of the kernel's own route to it, so that BIRD decides, as
// it does for a kernel's tunnel.
//
//	tunnel DEVICE
package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

const (
	ipInIP     = 4     // IP protocol number (RFC 2003)
	headerMin  = 20    // octets of an IPv4 header without options
	largest    = 65535 // octets of an IPv4 packet
	outerTTL   = 64
	routeKnown = time.Second // for how long a route that was asked for is taken to be there
)

func main() {
	if len(os.Args) != 2 {
		fail(errors.New("usage: tunnel DEVICE"))
	}
	device, index, err := openTun(os.Args[1])
	fail(err)
	wire, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, ipInIP)
	fail(err)
	fail(syscall.SetsockoptInt(wire, syscall.IPPROTO_IP, syscall.IP_TTL, outerTTL))
	fail(syscall.SetsockoptInt(wire, syscall.IPPROTO_IP, syscall.IP_MTU_DISCOVER, syscall.IP_PMTUDISC_DO))
	routes, err := newRoutes(index)
	fail(err)
	go func() { fail(in(wire, device)) }()
	fail(out(device, wire, routes))
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "tunnel:", err)
		os.Exit(1)
	}
}

// openTun makes a TUN device, which is there as long as the program runs.
func openTun(name string) (device int, index int, err error) {
	device, err = syscall.Open("/dev/net/tun", syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	if err != nil {
		return 0, 0, fmt.Errorf("/dev/net/tun: %w", err)
	}
	var request struct {
		name  [syscall.IFNAMSIZ]byte
		flags uint16
		rest  [22]byte
	}
	copy(request.name[:syscall.IFNAMSIZ-1], name)
	request.flags = syscall.IFF_TUN | syscall.IFF_NO_PI
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(device), syscall.TUNSETIFF, uintptr(unsafe.Pointer(&request))); errno != 0 {
		return 0, 0, fmt.Errorf("%s: %w", name, errno)
	}
	link, err := net.InterfaceByName(name)
	if err != nil {
		return 0, 0, err
	}
	return device, link.Index, nil
}

// in takes packets off the wire, and gives what they carry to the kernel.
func in(wire, device int) error {
	packet := make([]byte, largest)
	for {
		n, _, err := syscall.Recvfrom(wire, packet, 0)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil {
			return fmt.Errorf("from the wire: %w", err)
		}
		if n < headerMin {
			continue
		}
		if header := int(packet[0]&0xf) * 4; header >= headerMin && header < n {
			// A packet that the kernel does not take, and one for a device that is down, are lost as on any wire.
			_, _ = syscall.Write(device, packet[header:n])
		}
	}
}

// out gives what the kernel sends into the device to whoever is its route's next hop.
func out(device, wire int, routes *routes) error {
	packet := make([]byte, largest)
	for {
		n, err := syscall.Read(device, packet)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil {
			return fmt.Errorf("from the device: %w", err)
		}
		if n < headerMin || packet[0]>>4 != 4 {
			continue
		}
		hop, known := routes.nextHop([4]byte(packet[16:20]))
		if !known {
			continue
		}
		_ = syscall.Sendto(wire, packet[:n], 0, &syscall.SockaddrInet4{Addr: hop})
	}
}

// routes asks the kernel for gateways.
type routes struct {
	netlink int
	device  uint32
	mutex   sync.Mutex
	answers map[[4]byte]answer
}

type answer struct {
	hop   [4]byte
	known bool
	until time.Time
}

func newRoutes(device int) (*routes, error) {
	netlink, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, syscall.NETLINK_ROUTE)
	if err != nil {
		return nil, err
	}
	return &routes{netlink: netlink, device: uint32(device), answers: map[[4]byte]answer{}}, nil
}

// nextHop is the gateway of the route to an address, if that leads into the device.
func (r *routes) nextHop(to [4]byte) ([4]byte, bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	now := time.Now()
	if found, ok := r.answers[to]; ok && now.Before(found.until) {
		return found.hop, found.known
	}
	if len(r.answers) > 4096 {
		r.answers = map[[4]byte]answer{}
	}
	hop, known := r.ask(to)
	r.answers[to] = answer{hop, known, now.Add(routeKnown)}
	return hop, known
}

// ask is RTM_GETROUTE (rtnetlink(7)) for one address.
func (r *routes) ask(to [4]byte) (hop [4]byte, known bool) {
	const length = syscall.SizeofNlMsghdr + syscall.SizeofRtMsg + syscall.SizeofRtAttr + 4
	request := make([]byte, length)
	native := binary.NativeEndian
	native.PutUint32(request[0:], length)
	native.PutUint16(request[4:], syscall.RTM_GETROUTE)
	native.PutUint16(request[6:], syscall.NLM_F_REQUEST)
	body := request[syscall.SizeofNlMsghdr:]
	body[0] = syscall.AF_INET
	body[1] = 32 // octet rtm_dst_len
	attribute := body[syscall.SizeofRtMsg:]
	native.PutUint16(attribute[0:], syscall.SizeofRtAttr+4)
	native.PutUint16(attribute[2:], syscall.RTA_DST)
	copy(attribute[syscall.SizeofRtAttr:], to[:])
	if syscall.Sendto(r.netlink, request, 0, &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK}) != nil {
		return hop, false
	}
	reply := make([]byte, 4096)
	n, _, err := syscall.Recvfrom(r.netlink, reply, 0)
	if err != nil {
		return hop, false
	}
	messages, err := syscall.ParseNetlinkMessage(reply[:n])
	if err != nil {
		return hop, false
	}
	for _, message := range messages {
		if message.Header.Type != syscall.RTM_NEWROUTE {
			continue
		}
		attributes, err := syscall.ParseNetlinkRouteAttr(&message)
		if err != nil {
			return hop, false
		}
		var gateway, device bool
		for _, each := range attributes {
			switch each.Attr.Type {
			case syscall.RTA_GATEWAY:
				gateway = copy(hop[:], each.Value) == len(hop)
			case syscall.RTA_OIF:
				device = len(each.Value) == 4 && native.Uint32(each.Value) == r.device
			}
		}
		return hop, gateway && device
	}
	return hop, false
}
