#include <abide/abide.h>

#include <stdio.h>

int main(void) {
  abide_policy policy = {{0}};
  abide_decision decision = {{0}};
  abide_signals seen = {0, 0};
  abide_text place = {"US-CA", 5}, name = {"Sec-GPC", 7}, value = {"1", 1};
  abide_policy_init(&policy);
  if (!abide_signals_read(&seen, name, value, ABIDE_JOINED_ANY)) return 1;
  abide_decide(&policy, &seen, place, NULL, NULL, 1795305600, &decision);
  printf("%s\n", abide_version());
  return abide_decision_allows(&decision, ABIDE_TARGETING, ABIDE_SHARED);
}
