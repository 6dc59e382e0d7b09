/* SPDX-License-Identifier: MIT */
/* What is allowed and still will not work. */
#include "common/base/log.h"
#include "common/ops/host.h"
#include "roof/roof.h"

void
roof_advise(const struct server *s)
{
	if (text(s, CONF_PUBLIC_ADDRESS).n == 0 && host_behind_bridge())
		log_warn("container-bridge",
		    LOG_T("text",
			"this container has its own address, which clients "
			"cannot reach but would be sent to: use the host's "
			"network, or set public.address"));
}
