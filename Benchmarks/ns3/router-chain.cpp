// W3: a stream of datagrams from a host over eight routers to another. W7: the same with a capture on every interface.

#include "bench.h"
#include "network.h"

#include "ns3/simulator.h"
#include "ns3/udp-client-server-helper.h"
#include "ns3/udp-client.h"
#include "ns3/udp-server.h"
#include "ns3/uinteger.h"

#include <stdlib.h>

#include <filesystem>
#include <optional>

using namespace ns3;

namespace {

constexpr uint32_t routers = 8;
constexpr uint32_t links = routers + 1;
constexpr uint16_t port = 9;

/// A folder for captures that goes away with this object. TMPDIR says where it is made.
class CaptureFolder {
 public:
  CaptureFolder() {
    path = std::filesystem::temp_directory_path() / "ns3-bench-XXXXXX";
    Check("no folder could be made for the captures", mkdtemp(path.data()) != nullptr);
  }
  ~CaptureFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  CaptureFolder(const CaptureFolder&) = delete;
  CaptureFolder& operator=(const CaptureFolder&) = delete;

  std::string Prefix() const { return path + "/hop"; }
  uint64_t Bytes() const {
    uint64_t bytes = 0;
    for (const auto& file : std::filesystem::directory_iterator(path)) bytes += file.file_size();
    return bytes;
  }

 private:
  std::string path;
};

Ipv4Address Station(uint32_t number, uint32_t network) { return Ipv4Address(0x0a000000 + (network << 8) + number); }

}  // namespace

void RunRouterChain(const Request& request) {
  const bool csma = request.variant == "csma";
  const auto discipline = DisciplineOf(request.variant);
  ResolveAtOnce();
  NodeContainer nodes(routers + 2);
  InstallStack(nodes);
  auto link = PointToPoint("1Gbps", MicroSeconds(10));
  // The CSMA channel is busy until a frame has arrived: with 10 µs of delay it could not carry a frame every 10 µs.
  auto cable = Ethernet("1Gbps", MicroSeconds(1));
  for (uint32_t number = 0; number < links; ++number) {
    const NodeContainer both(nodes.Get(number), nodes.Get(number + 1));
    const auto ends = csma ? cable.Install(both) : link.Install(both);
    CountFrames(ends);
    Assign(ends.Get(0), Station(1, number), "/24", discipline);
    Assign(ends.Get(1), Station(2, number), "/24", discipline);
  }
  SetDefaultRoute(nodes.Get(0), Station(2, 0));
  SetDefaultRoute(nodes.Get(routers + 1), Station(1, routers));
  for (uint32_t number = 1; number <= routers; ++number) {
    if (number > 1) AddRoute(nodes.Get(number), Station(0, 0), "/24", Station(1, number - 1));
    if (number < routers) AddRoute(nodes.Get(number), Station(0, routers), "/24", Station(2, number));
  }

  UdpServerHelper serverHelper(port);
  const auto server = serverHelper.Install(nodes.Get(routers + 1)).Get(0)->GetObject<UdpServer>();
  UdpClientHelper clientHelper(Station(2, routers), port);
  clientHelper.SetAttribute("MaxPackets", UintegerValue(request.size));
  clientHelper.SetAttribute("Interval", TimeValue(MicroSeconds(10)));
  clientHelper.SetAttribute("PacketSize", UintegerValue(payload));
  const auto client = clientHelper.Install(nodes.Get(0)).Get(0)->GetObject<UdpClient>();

  std::optional<CaptureFolder> captures;
  if (request.variant == "pcap") {
    captures.emplace();
    link.EnablePcapAll(captures->Prefix());
  }

  Measurement measurement(request);
  measurement.Run();
  const uint64_t received = server->GetReceived();
  Check("bytes sent", client->GetTotalTx(), uint64_t{request.size} * payload);
  Check("datagrams delivered", received, request.size);
  if (csma) {
    Check("fewer frames than datagrams need", FrameHops() >= received * links);
  } else {
    Check("frames over links", FrameHops(), received * links);
  }
  Simulator::Destroy();

  // Only now are the captures written to the end.
  if (captures) {
    // Each end of a link writes a record per frame: 16 bytes of its own, then PPP, IPv4, UDP and the payload.
    constexpr uint64_t record = 16 + 2 + 20 + 8 + payload;
    constexpr uint64_t fileHeader = 24;
    Check("bytes captured", captures->Bytes(), 2 * links * fileHeader + 2 * links * received * record);
  }
  measurement.Print(received);
}
