// The settings of the linear-algebra seam: quern.blas and quern.blas_threads.
#pragma once

namespace quern::pg {

void define_blas_settings();

}  // namespace quern::pg
