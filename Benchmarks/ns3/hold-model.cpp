// W1: the event queue alone. Of a constant number pending, one is run, and it schedules one anew.

#include "bench.h"

#include "ns3/heap-scheduler.h"
#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/simulator.h"

#include <cmath>
#include <vector>

using namespace ns3;

namespace {

/// Delays in ns, drawn before, so that chance and logarithms are not what is measured; used round and round.
std::vector<int64_t> delays;
constexpr uint64_t lastDelay = 65'535;

uint64_t scheduled = 0;
uint64_t done = 0;
uint64_t limit = 0;

/// Marsaglia's xorshift with 64 bits of state.
class Random {
 public:
  /// At least 0, less than 1.
  double Uniform() {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (state >> 11) * 0x1p-53;
  }
  int64_t Between(int64_t low, int64_t high) { return low + static_cast<int64_t>(Uniform() * (high - low)); }
  int64_t Exponential(double mean) { return static_cast<int64_t>(-mean * std::log1p(-Uniform())); }

 private:
  uint64_t state = 0x9e3779b97f4a7c15;
};

/// As networks do: 90 % after 0.7 to 12 µs, 8 % after 1 to 2 ms, 2 % after about 1 s.
int64_t NetworkDelay(Random& random) {
  const double kind = random.Uniform();
  if (kind < 0.90) return random.Between(700, 12'000);
  if (kind < 0.98) return random.Between(1'000'000, 2'000'000);
  return random.Between(900'000'000, 1'100'000'000);
}

void Hold();

void Schedule() { Simulator::Schedule(NanoSeconds(delays[scheduled++ & lastDelay]), &Hold); }

void Hold() {
  Schedule();
  if (++done == limit) Simulator::Stop();
}

}  // namespace

void RunHoldModel(const Request& request) {
  const bool network = request.variant == "network" || request.variant == "network-heap";
  if (request.variant == "heap" || request.variant == "network-heap") {
    ObjectFactory factory;
    factory.SetTypeId(HeapScheduler::GetTypeId());
    Simulator::SetScheduler(factory);
  }
  Random random;
  for (uint64_t place = 0; place <= lastDelay; ++place) {
    delays.push_back(network ? NetworkDelay(random) : random.Exponential(1e6));
  }
  limit = request.operations;
  for (uint32_t pending = 0; pending < request.size; ++pending) Schedule();

  Measurement measurement(request);
  measurement.Run();
  Check("operations", done, limit);
  Check("events pending", scheduled - done, request.size);
  measurement.Print(done);
}
