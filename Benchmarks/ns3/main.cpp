// ns3-bench: plays one workload of the benchmark on ns-3 and prints one line of JSON.

#include "bench.h"
#include "network.h"

#include <cstdlib>
#include <exception>
#include <iostream>
#include <limits>
#include <map>
#include <vector>

namespace {

struct Workload {
  std::string means;
  uint32_t defaultSize;
  uint32_t smallestSize;
  /// The first is the default.
  std::vector<std::string> variants;
  void (*run)(const Request&);
};

const std::map<std::string, Workload> workloads = {
    {"W1", {"events pending", 100'000, 1, {"exponential", "network", "heap", "network-heap"}, RunHoldModel}},
    {"W2", {"hosts on the bridge", 64, 2, {"default", "no-queue-disc"}, RunBridgePairs}},
    {"W3", {"datagrams", 100'000, 1, {"default", "no-queue-disc", "csma", "pcap"}, RunRouterChain}},
    {"W4", {"clients", 100, 1, {"default", "no-queue-disc"}, RunClientsAndServer}},
    {"W5", {"hosts", 1000, 2, {"talk", "idle"}, RunSwitchTree}},
    {"W5-routes", {"routers", 200, 2, {"default", "chain"}, RunGlobalRoutes}},
    {"W6", {"milliseconds that are sent", 10'000, 1000, {"cubic", "reno"}, RunBulkFlows}},
    {"W7", {"datagrams", 100'000, 1, {"pcap"}, RunRouterChain}},
};

[[noreturn]] void Misused(const std::string& message) {
  std::cerr << message << "\n\nns3-bench WORKLOAD [--size N] [--variant V] [--operations N (W1 only)] [--at-least SECONDS (W2 to W4)]\n";
  for (const auto& [word, workload] : workloads) {
    std::cerr << "  " << word << ": --size " << workload.means << " (" << workload.defaultSize << "), --variant";
    for (const auto& variant : workload.variants) std::cerr << " " << variant;
    std::cerr << "\n";
  }
  std::exit(2);
}

uint64_t Number(const std::string& option, const std::string& text, uint64_t least, uint64_t most) {
  const bool digits = !text.empty() && text.size() < 19 && text.find_first_not_of("0123456789") == std::string::npos;
  const uint64_t number = digits ? std::stoull(text) : 0;
  if (!digits || number < least || number > most) {
    Misused(option + " takes a whole number from " + std::to_string(least) + " to " + std::to_string(most) + ".");
  }
  return number;
}

double Seconds(const std::string& option, const std::string& text) {
  char* end = nullptr;
  const double seconds = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != 0 || !(seconds >= 0 && seconds <= 3600)) {
    Misused(option + " takes seconds from 0 to 3600.");
  }
  return seconds;
}

/// Short workloads are played again and again in one process; the others keep what they count where it is not reset.
bool CanBePlayedAgain(const std::string& workload) {
  return workload == "W2" || workload == "W3" || workload == "W4";
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  if (words.empty()) Misused("Which workload?");
  const auto found = workloads.find(words[0]);
  if (found == workloads.end()) Misused("There is no workload '" + words[0] + "'.");
  const Workload& workload = found->second;

  Request request;
  request.workload = found->first;
  request.variant = workload.variants.front();
  request.size = workload.defaultSize;
  double atLeast = 0;
  for (size_t place = 1; place < words.size(); place += 2) {
    const std::string& option = words[place];
    if (place + 1 == words.size()) Misused(option + " needs a value.");
    const std::string& value = words[place + 1];
    if (option == "--size") {
      request.size = Number(option, value, workload.smallestSize, std::numeric_limits<uint32_t>::max());
    } else if (option == "--operations" && request.workload == "W1") {
      request.operations = Number(option, value, 1, 1'000'000'000'000);
    } else if (option == "--at-least" && CanBePlayedAgain(request.workload)) {
      atLeast = Seconds(option, value);
    } else if (option == "--variant") {
      request.variant = value;
    } else {
      Misused("'" + option + "' is not an option of " + request.workload + ".");
    }
  }
  bool known = false;
  for (const auto& variant : workload.variants) known = known || variant == request.variant;
  if (!known) Misused(request.workload + " has no variant '" + request.variant + "'.");

  try {
    do {
      ResetCounts();
      workload.run(request);
    } while (SpentCpu() < atLeast);
  } catch (const std::exception& problem) {
    std::cerr << "ns3-bench " << request.workload << ": " << problem.what() << "\n";
    return 1;
  }
}
