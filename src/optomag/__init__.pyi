from .errors import InvalidInputError as InvalidInputError
from .errors import OptomagError as OptomagError
from .errors import StorageError as StorageError
from .grid import Grid as Grid
from .magnetism.inverse_faraday import induced_magnetization as induced_magnetization
from .magnetism.inverse_faraday import similarity as similarity
from .optics.beam import Beam as Beam
from .optics.beam import Mask as Mask
from .optics.elementary import azimuthal as azimuthal
from .optics.elementary import circular as circular
from .optics.elementary import four_beam as four_beam
from .optics.elementary import linear as linear
from .optics.elementary import pupil_function as pupil_function
from .optics.elementary import radial as radial
from .optics.focus import focus_field as focus_field
from .optics.masks import annulus as annulus
from .optics.masks import binary_rings as binary_rings
from .optics.masks import gaussian as gaussian
from .optics.masks import phase_step as phase_step
from .optics.masks import sector as sector
from .optics.masks import vortex as vortex
from .optics.masks import zernike as zernike
from .optics.objective import Objective as Objective

__version__: str
